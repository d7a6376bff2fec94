namespace CommunityFund.Banking;

/// <summary>Why a statement file cannot be read: codes, whose words say what to do.</summary>
internal static class StatementRefusal
{
    public const string EmptyFile = "bank.empty-file";
    public const string FileTooLarge = "bank.file-too-large";
    public const string NotCsvYet = "bank.not-csv-yet";
    public const string Unreadable = "bank.unreadable";
    public const string NoHeader = "bank.no-header";
    public const string NoLines = "bank.no-lines";
    public const string BadDate = "bank.bad-date";
    public const string BadAmount = "bank.bad-amount";
    public const string BothWays = "bank.both-ways";
    public const string BadDirection = "bank.bad-direction";
    public const string SeveralAccounts = "bank.several-accounts";
    public const string OtherCurrency = "bank.other-currency";
    public const string TooManyLines = "bank.too-many-lines";
    public const string LineTooLong = "bank.line-too-long";
}
