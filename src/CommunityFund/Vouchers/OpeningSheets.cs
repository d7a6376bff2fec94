using CommunityFund.Books;

namespace CommunityFund.Vouchers;

/// <summary>What a sheet of the opening workbook asks for, column by column.</summary>
internal enum OpeningColumn
{
    Fund,
    Account,
    Debit,
    Credit,
    Party,
    PartyKind,
    Clause,
    Amount,
}

/// <summary>One sheet of the workbook.</summary>
/// <param name="Key">Below opening-book.sheet in the words: the sheet's name and what to write in it.</param>
/// <param name="Names">What the sheet is called in either language, for the reader of the file need not be who drew it.</param>
internal sealed record OpeningSheet(string Key, string[] Names, params IReadOnlyList<OpeningColumn> Columns)
{
    /// <summary>Above it stand the title, what to do and the head.</summary>
    public const int FirstRow = 4;

    public string Name(Words words) => words[$"opening-book.sheet.{Key}"];
}

/// <summary>The sheets that a person fills in: what is simple first, what needs names or words apart.</summary>
internal static class OpeningSheets
{
    public static OpeningSheet Balances { get; } = new("balances", ["科目余额", "Balances"],
        OpeningColumn.Fund, OpeningColumn.Account, OpeningColumn.Debit, OpeningColumn.Credit);

    /// <summary>Money at each bank, fund by fund.</summary>
    public static OpeningSheet Banks { get; } = new("banks", ["银行存款", "Bank"],
        OpeningColumn.Fund, OpeningColumn.Account, OpeningColumn.Amount);

    /// <summary>What each bank's statement said at the end of the last day, to check by.</summary>
    public static OpeningSheet Statements { get; } = new("statements", ["银行对账单", "Statements"],
        OpeningColumn.Account, OpeningColumn.Amount);

    /// <summary>Debtors and creditors by name.</summary>
    public static OpeningSheet Parties { get; } = new("parties", ["往来", "Debtors and creditors"],
        OpeningColumn.Fund, OpeningColumn.Account, OpeningColumn.Party, OpeningColumn.PartyKind, OpeningColumn.Debit, OpeningColumn.Credit);

    /// <summary>Restricted gifts not yet spent; each becomes a lot.</summary>
    public static OpeningSheet Lots { get; } = new("lots", ["限定性结余", "Restricted gifts"],
        OpeningColumn.Fund, OpeningColumn.Clause, OpeningColumn.Party, OpeningColumn.PartyKind, OpeningColumn.Amount);

    /// <summary>Money and goods held for others, by who they are for.</summary>
    public static OpeningSheet Agency { get; } = new("agency", ["受托代理", "Held for others"],
        OpeningColumn.Party, OpeningColumn.PartyKind, OpeningColumn.Account, OpeningColumn.Amount);

    public static IReadOnlyList<OpeningSheet> All { get; } = [Balances, Banks, Statements, Parties, Lots, Agency];
}
