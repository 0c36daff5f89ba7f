"""The report of a scored archive: figures, and one HTML page that needs no network."""

from givesell.extras import require

require("report", "A report")

from givesell.report.build import Report, make_report
from givesell.report_options import TARGET

__all__ = ["TARGET", "Report", "make_report"]
