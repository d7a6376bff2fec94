using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Closings;

/// <summary>What a closing is printed as.</summary>
public enum ClosingPrint
{
    /// <summary>执行报告表.</summary>
    Report,

    /// <summary>财务审计表.</summary>
    Audit,

    /// <summary>评估报告.</summary>
    Assessment,

    /// <summary>结项证书.</summary>
    Certificate,
}

/// <summary>The papers of a closing, on A4.</summary>
public static class ClosingPapers
{
    /// <summary>The grant is not closed, so there is no certificate.</summary>
    public const string NoCertificate = "closing.no-certificate";

    /// <exception cref="RefusedException">There is no certificate yet.</exception>
    public static PaperSheet Of(ClosingView view, ClosingPrint what, Words words)
    {
        if (what == ClosingPrint.Certificate && view.Certificate is null)
        {
            throw new RefusedException(NoCertificate, ("title", view.Grant.Title), ("state", view.Grant.State));
        }

        (Type drawing, string key, PaperSide side, int rows) = what switch
        {
            ClosingPrint.Report => (typeof(ReportPrint), "closings.report", PaperSide.Upright, view.Report.Indicators.Count),
            ClosingPrint.Audit => (typeof(AuditPrint), "closings.audit", PaperSide.Across, view.Audit.Tranches.Count + view.Audit.Lines.Count),
            ClosingPrint.Assessment => (typeof(AssessmentPrint), "closings.assessment", PaperSide.Upright, view.Findings.Count),
            _ => (typeof(CertificatePrint), "closings.certificate", PaperSide.Upright, 0),
        };
        return new PaperSheet(words.Text(key, []), view.Body, $"{words.Text(key, [])}-{view.Grant.Number}", side, drawing,
            new Dictionary<string, object?> { ["View"] = view }, "closing-print", rows)
        { IsNumbered = what != ClosingPrint.Certificate };
    }
}
