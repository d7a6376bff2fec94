using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>Something in the workbook that is wrong, or to be looked at.</summary>
/// <param name="Sheet">The sheet's name in the file; empty for what concerns all of it.</param>
/// <param name="Blocks">Whether nothing can be prepared while it stands.</param>
public sealed record OpeningFinding(string Sheet, string Cell, Refusal Says, bool Blocks);

/// <summary>A balance as it will stand in the voucher.</summary>
public sealed record OpeningLine(
    string Sheet, int Row, string Fund, string Account, Side Side, Amount Amount, string Party, string Clause);

/// <summary>Debits and credits of one fund.</summary>
public sealed record OpeningFund(string Fund, Amount Debit, Amount Credit)
{
    public Amount Difference => Debit - Credit;
}

/// <summary>Money at a bank in the workbook, and what its statement said.</summary>
public sealed record OpeningBank(string Account, Amount Booked, Amount? Statement);

/// <summary>The check sheet: what was read, what is wrong, and whether it adds up.</summary>
/// <param name="Rows">What EnterOpening takes.</param>
public sealed record OpeningChecked(
    string Body, LocalDate Day, IReadOnlyList<OpeningRow> Rows, IReadOnlyList<OpeningLine> Lines, IReadOnlyList<OpeningFinding> Findings,
    IReadOnlyList<OpeningFund> Funds, IReadOnlyList<OpeningBank> Banks)
{
    public bool MayPrepare => Rows.Count > 0 && !Findings.Any(finding => finding.Blocks);
}

/// <summary>Reads a filled-in workbook and says sheet by sheet and cell by cell what does not fit; nothing is written.</summary>
public sealed record CheckOpening(byte[] Content) : Query<OpeningChecked>
{
    /// <summary>A row has an amount on both sides, on none, or below zero.</summary>
    public const string OneSide = "opening-book.one-side";

    /// <summary>Debits and credits of a fund differ.</summary>
    public const string FundUnequal = "opening-book.fund-unequal";

    /// <summary>The bank's statement says another balance; outstanding items may explain it.</summary>
    public const string BankDiffers = "opening-book.bank-differs";

    /// <summary>Nobody wrote what the bank's statement says.</summary>
    public const string NoStatement = "opening-book.no-statement";

    /// <summary>A name is missing where money is owed by or held for somebody.</summary>
    public const string NameMissing = "opening-book.name-missing";

    /// <summary>Nothing is filled in.</summary>
    public const string Empty = "opening-book.empty";

    /// <summary>Larger than this no filled-in workbook is.</summary>
    public const int LargestBytes = OpeningBook.LargestBytes;

    /// <summary>No account of a bank.</summary>
    public const string NotBank = "opening-book.not-bank";

    internal override Need Needs => Need.Any(Role.Accountant).ForWholeBook();

    internal override async Task<OpeningChecked> Answer(Work work, CancellationToken ct)
    {
        Book book = await work.Db.Books.AsNoTracking().SingleAsync(book => book.BookId == work.Book, ct);
        OpeningReading reading = new(await work.ChartOn(book.OpeningDay, ct), await work.Funds(ct));
        foreach (OpeningCells row in OpeningBook.Read(Content))
        {
            reading.Read(row);
        }

        return reading.Checked(book.Name, book.OpeningDay);
    }
}
