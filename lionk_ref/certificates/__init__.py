"""What the theorems promise, as numbers: both sides of each, and a verdict with its tolerance."""

from lionk_ref.certificates.certificate import Certificate as Certificate
from lionk_ref.certificates.certify import certify as certify
from lionk_ref.certificates.certify_continuous import certify_continuous as certify_continuous
from lionk_ref.certificates.flow_certificate import FlowCertificate as FlowCertificate
from lionk_ref.certificates.frank_wolfe import frank_wolfe_gap as frank_wolfe_gap
from lionk_ref.certificates.judgement import Equality as Equality
from lionk_ref.certificates.judgement import Inequality as Inequality
from lionk_ref.certificates.judgement import Verdict as Verdict
from lionk_ref.certificates.kkt import kkt_residual as kkt_residual
from lionk_ref.certificates.lyapunov import constants as constants
from lionk_ref.certificates.lyapunov import lyapunov as lyapunov
from lionk_ref.certificates.lyapunov import printed_constants as printed_constants
from lionk_ref.certificates.on_line import CertifiedRun as CertifiedRun
from lionk_ref.certificates.two_cycle import two_cycle as two_cycle
