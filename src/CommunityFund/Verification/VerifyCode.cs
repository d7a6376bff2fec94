namespace CommunityFund.Verification;

/// <summary>Everything that a workbook can be found to be.</summary>
public static class VerifyCode
{
    /// <summary>The file cannot be read as a workbook: damaged, cut off, or something else.</summary>
    public const string Unreadable = "verify.unreadable";

    /// <summary>The workbook has no seal of ours.</summary>
    public const string NotOurs = "verify.not-ours";

    /// <summary>A row of the seal is not what was written.</summary>
    public const string SealRow = "verify.seal-row";

    /// <summary>The signature does not hold for what the seal says.</summary>
    public const string Signature = "verify.signature";

    /// <summary>Another key signed than was expected.</summary>
    public const string OtherKey = "verify.other-key";

    /// <summary>A sheet stands where another should.</summary>
    public const string SheetName = "verify.sheet-name";

    /// <summary>A sheet is gone.</summary>
    public const string SheetMissing = "verify.sheet-missing";

    /// <summary>A sheet was added.</summary>
    public const string SheetAdded = "verify.sheet-added";

    /// <summary>A row is not what was written.</summary>
    public const string RowChanged = "verify.row-changed";

    /// <summary>A row shows what was written and would show something else once it is reckoned again.</summary>
    public const string Formula = "verify.formula";

    /// <summary>A sheet has another number of rows.</summary>
    public const string RowCount = "verify.row-count";

    /// <summary>All rows are right, the sheet as a whole is not.</summary>
    public const string SheetChanged = "verify.sheet-changed";

    /// <summary>The leaf is not that of the entry beside it.</summary>
    public const string Leaf = "verify.leaf";

    /// <summary>Positions of the log have a gap.</summary>
    public const string Position = "verify.position";

    /// <summary>The leaves have another root than the seal says.</summary>
    public const string Root = "verify.root";

    /// <summary>The log's own seal does not hold.</summary>
    public const string Checkpoint = "verify.checkpoint";

    /// <summary>A line of the journal says something else than the log.</summary>
    public const string Line = "verify.line";

    /// <summary>A line of the log is not in the journal.</summary>
    public const string LineMissing = "verify.line-missing";

    /// <summary>Numbers of a series have a gap.</summary>
    public const string Series = "verify.series";

    /// <summary>An entry does not balance.</summary>
    public const string Unbalanced = "verify.unbalanced";

    /// <summary>A figure is not what the journal comes to.</summary>
    public const string Figure = "verify.figure";

    /// <summary>The log is shorter than a poster says.</summary>
    public const string AnchorShorter = "verify.anchor-shorter";

    /// <summary>The log had another root when it was as long as a poster says.</summary>
    public const string AnchorOther = "verify.anchor-other";

    /// <summary>The earlier workbook cannot be read, or its signature does not hold.</summary>
    public const string EarlierBroken = "verify.earlier-broken";

    /// <summary>The earlier workbook is of another book.</summary>
    public const string OtherBook = "verify.other-book";

    /// <summary>The log is shorter than it was in the earlier workbook.</summary>
    public const string Shorter = "verify.shorter";

    /// <summary>The log does not begin with what it was in the earlier workbook.</summary>
    public const string Rewritten = "verify.rewritten";
}
