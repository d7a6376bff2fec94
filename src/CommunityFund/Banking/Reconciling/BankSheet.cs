using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Banking.Reconciling;

/// <summary>The four kinds of 未达账项.</summary>
public enum OpenSide
{
    /// <summary>银行已收企业未收.</summary>
    BankReceived,

    /// <summary>银行已付企业未付.</summary>
    BankPaid,

    /// <summary>企业已收银行未收.</summary>
    BooksReceived,

    /// <summary>企业已付银行未付.</summary>
    BooksPaid,
}

/// <summary>How long something has been left on one side.</summary>
public enum AgeBand
{
    /// <summary>Up to a week.</summary>
    Week,

    /// <summary>Up to thirty days.</summary>
    Month,

    /// <summary>Up to sixty days.</summary>
    TwoMonths,

    /// <summary>Longer.</summary>
    Older,
}

/// <summary>Something that only one side shows.</summary>
/// <param name="Amount">As it moves money: positive is money in.</param>
/// <param name="Text">What the bank or the voucher says of it.</param>
/// <param name="Number">The voucher's number; null for a line of the bank.</param>
/// <param name="Waits">A voucher that books the line waits for review.</param>
/// <param name="Pairs">On the working sheet, what on the other side has the same amount, the nearest day first.</param>
public sealed record OpenItem(
    OpenSide Side, long? Line, long? Voucher, LocalDate Day, Amount Amount, string Text, string Party, VoucherNumber? Number, int Age,
    bool Waits, IReadOnlyList<OpenPair> Pairs)
{
    /// <summary>As the table shows it, under add or deduct.</summary>
    public Amount Size => Amount.IsNegative ? -Amount : Amount;

    public AgeBand Band => Age <= 7 ? AgeBand.Week : Age <= 30 ? AgeBand.Month : Age <= 60 ? AgeBand.TwoMonths : AgeBand.Older;
}

/// <summary>A voucher that a line of the same amount may be.</summary>
public sealed record OpenPair(long Voucher, LocalDate Day, VoucherNumber Number, string Text);

/// <summary>记-12.</summary>
public sealed record VoucherNumber(string Series, int Number)
{
    public string In(Words words) => string.Create(CultureInfo.InvariantCulture, $"{words.Show(new Series(Series))}-{Number}");
}

/// <summary>What bank and books both show, not yet under a lock.</summary>
/// <param name="Line">Null where the voucher was seen on a statement on paper.</param>
/// <param name="MayUndo">False where the voucher was booked from the line: then it is reversed.</param>
public sealed record TickedItem(
    long? Line, long Voucher, LocalDate Day, LocalDate SeenOn, Amount Amount, string Text, VoucherNumber Number, bool MayUndo);

/// <summary>Why both sides may differ.</summary>
/// <param name="Key">Words below reconcile.cause.</param>
public sealed record LikelyCause(string Key, IReadOnlyList<object?> Facts, long? Line = null, long? Voucher = null);

/// <summary>Who signed, and when.</summary>
public sealed record Signature(string Name, Instant At);

/// <summary>余额调节表 as one plain record: page, print and workbook only draw it.</summary>
/// <param name="Statement">What the bank says; null while nobody has said it.</param>
/// <param name="Booked">What the books say, own money and money held for others together.</param>
/// <param name="Items">Oldest first.</param>
/// <param name="Standard">Key of the standard in force on the day.</param>
public sealed record BankSheet(
    string Body, string Standard, int Account, string Number, string BankName, string AccountName, LocalDate Day, Amount? Statement,
    bool FromPaper, Amount Booked, IReadOnlyList<OpenItem> Items, Signature? Preparer, Signature? Confirmer)
{
    public string StandardName => Standards.Find(Standard) is { } known
        ? CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en" ? known.NameEn : $"{known.NameZh} {known.Source}"
        : Standard;

    public Amount AdjustedBooked => Booked + SumOf(OpenSide.BankReceived) - SumOf(OpenSide.BankPaid);

    public Amount? AdjustedStatement =>
        Statement is { } said ? said + SumOf(OpenSide.BooksReceived) - SumOf(OpenSide.BooksPaid) : null;

    /// <summary>The bank's adjusted balance less the books'; null while the bank's is not known.</summary>
    public Amount? Difference => AdjustedStatement is { } adjusted ? adjusted - AdjustedBooked : null;

    public IReadOnlyList<OpenItem> On(OpenSide side) => [.. Items.Where(item => item.Side == side)];

    /// <summary>Sum of the sizes on one side.</summary>
    public Amount SumOf(OpenSide side) => On(side).Aggregate(Amount.Fen(0), (sum, item) => sum + item.Size);

    /// <summary>What has been left that long, in and out apart from each other.</summary>
    public IReadOnlyList<(AgeBand Band, int Count, Amount Size)> Ages =>
    [
        .. Enum.GetValues<AgeBand>().Select(band => (band, Items.Count(item => item.Band == band),
            Items.Where(item => item.Band == band).Aggregate(Amount.Fen(0), (sum, item) => sum + item.Size))),
    ];
}
