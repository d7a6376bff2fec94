using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>
/// What a command or query works with while it runs: one transaction, one actor, one book. Made by
/// <see cref="FundSession"/> and gone with the transaction.
/// </summary>
public sealed class Work
{
    private readonly Dictionary<string, Chart> _charts = [];
    private IReadOnlyList<Fund>? _funds;

    /// <param name="isSnapshot">Whether the transaction sees one state throughout, so that the funds are those that the rights
    /// were read with.</param>
    internal Work(
        FundDb db, long? actor, int book, Rights rights, Instant now, LocalDate today, Foundation foundation, bool isSnapshot) =>
        (Db, Actor, Book, Rights, Now, Today, Foundation, _funds) =
        (db, actor, book, rights, now, today, foundation, isSnapshot ? rights.Funds : null);

    /// <summary>No fund has the code or name typed.</summary>
    public const string UnknownFund = "fund.unknown";

    /// <summary>The month of the day is closed; the facts offer the first open day.</summary>
    public const string MonthClosed = "voucher.period-closed";

    /// <summary>The standard of the books ended before the day; the change-over comes first.</summary>
    public const string StandardEnded = "voucher.standard-ended";

    /// <summary>What happened on one day was to be booked on another than the one open to it.</summary>
    public const string OtherDay = "voucher.other-day";

    /// <summary>Every month from the day on is closed, to the end of the calendar.</summary>
    public const string NoOpenMonth = "voucher.no-open-month";

    public FundDb Db { get; }

    /// <summary>The person who acts; null only for the operator of the machine.</summary>
    public long? Actor { get; }

    public int Book { get; }

    public Rights Rights { get; }

    internal Foundation Foundation { get; }

    public Instant Now { get; }

    /// <summary>Key of the command that is being done; empty while a question is answered.</summary>
    internal Guid CommandKey { get; init; }

    /// <summary>The day in the books' calendar (Asia/Shanghai).</summary>
    public LocalDate Today { get; }

    public long ActorId => Actor ?? throw new InvalidOperationException("This needs a person, not the operator.");

    public async Task<Chart> ChartOn(LocalDate day, CancellationToken ct)
    {
        string key = day.Year.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return _charts.TryGetValue(key, out Chart? chart) ? chart : _charts[key] = await Chart.On(Db, Book, day, ct);
    }

    /// <summary>The same work in another book, for somebody who shows a card of it and signs in nowhere.</summary>
    internal Work In(int book) => book == Book ? this : new Work(Db, Actor, book, Rights, Now, Today, Foundation, isSnapshot: false)
    {
        CommandKey = CommandKey,
    };

    /// <summary>An account was added: charts are read anew.</summary>
    internal void ForgetCharts() => _charts.Clear();

    public async Task<IReadOnlyList<Fund>> Funds(CancellationToken ct) =>
        _funds ??= await Db.Funds.AsNoTracking().Where(fund => fund.BookId == Book).OrderBy(fund => fund.Code).ToListAsync(ct);

    public async Task<Fund> FundById(int fund, CancellationToken ct) =>
        (await Funds(ct)).FirstOrDefault(row => row.FundId == fund) ?? throw new RefusedException(UnknownFund, ("typed", fund));

    /// <summary>The fund a person means: by code, name, or "code name".</summary>
    public async Task<Fund> FundTyped(string? typed, CancellationToken ct)
    {
        string text = (typed ?? "").Trim();
        return (await Funds(ct))
            .FirstOrDefault(fund => text == fund.Code || text == fund.Name || text == $"{fund.Code} {fund.Name}")
            ?? throw new RefusedException(UnknownFund, ("typed", text));
    }

    /// <summary>The day itself if its month is open, else the first day of the first open month after it: what a late item is
    /// offered (rulings 7).</summary>
    /// <exception cref="RefusedException">No month from the day on is open.</exception>
    public async Task<LocalDate> FirstOpenDay(LocalDate day, CancellationToken ct)
    {
        LocalDate opening = await Db.Books.Where(book => book.BookId == Book).Select(book => book.OpeningDay).SingleAsync(ct);
        LocalDate from = LocalDate.Max(day, opening);
        int month = AccountingPeriod.Of(from);
        AccountingPeriod open = await Db.Set<AccountingPeriod>().AsNoTracking()
            .Where(row => row.BookId == Book && row.Number >= month && row.Number % 100 >= 1 && row.Number % 100 <= 12
                && row.ClosedAt == null)
            .OrderBy(row => row.Number).FirstOrDefaultAsync(ct) ?? throw new RefusedException(NoOpenMonth, ("day", day));
        return LocalDate.Max(from, open.Starts);
    }

    /// <summary>The day to book something on that happened on a day nobody may choose: that day or, where its month is closed,
    /// the one that was offered and taken.</summary>
    /// <exception cref="RefusedException">Another day was taken.</exception>
    public async Task<LocalDate> BookedDay(LocalDate happened, LocalDate? taken, CancellationToken ct)
    {
        LocalDate booked = taken ?? happened;
        LocalDate open = booked == happened ? happened : await FirstOpenDay(happened, ct);
        return booked == open ? booked
            : throw new RefusedException(OtherDay, ("happened", happened), ("open", open), ("day", booked));
    }

    /// <summary>
    /// Prepares a voucher: writes it in this transaction, with what follows if it is posted or dropped, and has the
    /// database hold the money and reserve the lots it draws on.
    /// </summary>
    /// <returns>The voucher's id.</returns>
    public async Task<long> Prepare(Draft draft, CancellationToken ct) => (await PrepareTogether([draft], ct))[0];

    /// <summary>
    /// Prepares vouchers of one business, such as red and blue, as a bundle: they are reviewed, rejected and posted
    /// together, and what one gives back another may take.
    /// </summary>
    /// <param name="told">Hears how many are written, where there are many.</param>
    /// <returns>The vouchers' ids in order.</returns>
    public async Task<IReadOnlyList<long>> PrepareTogether(IReadOnlyList<Draft> drafts, CancellationToken ct, Action<int>? told = null)
    {
        foreach (Consequence consequence in drafts.SelectMany(draft => draft.Consequences))
        {
            Rights.Require(consequence.Needs, isOperator: false);
        }

        return await new VoucherWriter(this).Write(drafts, ct, told);
    }
}
