namespace CommunityFund.Banking;

/// <summary>Why a statement file cannot be read: codes, whose words say what to do.</summary>
internal static class StatementRefusal
{
    public const string EmptyFile = "bank.empty-file";
    public const string FileTooLarge = "bank.file-too-large";
    public const string Unreadable = "bank.unreadable";
    public const string NoHeader = "bank.no-header";
    public const string NoLines = "bank.no-lines";
    public const string BadDate = "bank.bad-date";
    public const string BadAmount = "bank.bad-amount";
    public const string BothWays = "bank.both-ways";
    public const string BadDirection = "bank.bad-direction";
    public const string SeveralAccounts = "bank.several-accounts";
    public const string OtherCurrency = "bank.other-currency";

    /// <summary>The figures count something else than yuan, such as 万元.</summary>
    public const string OtherUnit = "bank.other-unit";

    /// <summary>Cells stand in other columns than the header's, because of a comma that is no separator.</summary>
    public const string CellsShifted = "bank.cells-shifted";

    /// <summary>The header stands in the file again, with its columns in another order.</summary>
    public const string HeaderChanges = "bank.header-changes";

    public const string TooManyLines = "bank.too-many-lines";
    public const string LineTooLong = "bank.line-too-long";

    /// <summary>The workbook is protected by a password, which only Excel can take away.</summary>
    public const string WorkbookLocked = "bank.workbook-locked";

    /// <summary>The archive is protected, and no password was typed.</summary>
    public const string ArchiveLocked = "bank.archive-locked";

    /// <summary>The password does not open the archive.</summary>
    public const string WrongPassword = "bank.wrong-password";

    /// <summary>The archive or workbook unpacks to far more than it is: a bomb, or damaged.</summary>
    public const string TooMuchInside = "bank.too-much-inside";

    /// <summary>An archive without any file that can be a statement.</summary>
    public const string NothingInside = "bank.nothing-inside";

    /// <summary>More columns than any statement has.</summary>
    public const string TooWide = "bank.too-wide";

    /// <summary>Dates such as 03/04/2026, and no line proves which number is the month.</summary>
    public const string DateOrderUnknown = "bank.date-order";

    /// <summary>The sheet or encoding that was chosen is not there.</summary>
    public const string NoSuchSheet = "bank.no-such-sheet";
}
