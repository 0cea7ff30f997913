"""The report of a certification: one self-contained page, and the same as JSON."""

from lionk_ref.report.html import html_report as html_report
from lionk_ref.report.summary import json_report as json_report
