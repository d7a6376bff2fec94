using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Lots;

/// <summary>What a donor is told about a gift (慈善法 42): to which fund, and what it paid for. Names nobody.</summary>
/// <param name="Receipts">Numbers of the official receipts that stand for it.</param>
/// <param name="IsInBooks">False while its voucher waits, or if it was rejected.</param>
public sealed record DonorGift(
    string Body, string Number, string Fund, LocalDate ReceivedOn, Amount Given, Restriction Restriction, string Clause,
    IReadOnlyList<string> Receipts, bool IsInBooks, TraceView? Trace);

/// <summary>A donor asks what the gift has paid for, with the number of its letter and the code that stands there.</summary>
/// <param name="Day">The last day that counts; null for today.</param>
public sealed record DonorTrace(string Number, [property: Secret] string Code, LocalDate? Day = null) : Query<DonorGift>
{
    /// <summary>Number and code do not belong together.</summary>
    public const string Unknown = "trace.code-unknown";

    internal override Need Needs => Need.Anybody;

    internal override async Task<DonorGift> Answer(Work work, CancellationToken ct)
    {
        DonationCode code = await DonationCode.Find(work.Db, work.Foundation, Number, Code, ct) ?? throw new RefusedException(Unknown);
        Gift gift = await work.Db.Database.SqlQuery<Gift>(
            $"""
            select b.name as "Body", f.name as "Fund", d.received_on as "ReceivedOn", d.units as "Units", d.restriction as "Restriction",
                   d.clause as "Clause", g.lot_id as "Lot",
                   array(select o.code || ' ' || o.number from official_receipt o
                          where o.book_id = d.book_id and o.donation_id = d.donation_id and o.state = 'registered' order by o.number) as "Receipts"
              from donation d
              join book b on b.book_id = d.book_id
              join fund f on f.book_id = d.book_id and f.fund_id = d.fund_id
              left join voucher v on v.book_id = d.book_id and v.voucher_id = d.voucher_id
              left join gift_lot g on g.book_id = d.book_id and g.entry_no = v.entry_no and g.line_no = d.line_no
             where d.book_id = {code.BookId} and d.donation_id = {code.DonationId}
            """).SingleAsync(ct);
        return new DonorGift(
            gift.Body, code.Number, gift.Fund, LocalDate.FromDateOnly(gift.ReceivedOn), Amount.Fen(gift.Units),
            Codes.RestrictionOf(gift.Restriction)!.Value, gift.Clause, gift.Receipts, gift.Lot is not null,
            gift.Lot is { } lot ? await TraceReader.Read(work, code.BookId, [lot], Day, null, ct) : null);
    }

    private sealed record Gift(
        string Body, string Fund, DateOnly ReceivedOn, long Units, string Restriction, string Clause, long? Lot, string[] Receipts);
}
