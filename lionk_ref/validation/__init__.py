"""Whether a K is one: its parts held against each other, before anything is run with it."""

from lionk_ref.validation.certify_convex import ConvexCertificate as ConvexCertificate
from lionk_ref.validation.certify_convex import certify_convex as certify_convex
