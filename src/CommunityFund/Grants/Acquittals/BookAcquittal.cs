using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Acquittals;

/// <summary>核销入账: an accountant writes the voucher of what the desk accepted; the advance becomes an expense of the funds that paid.</summary>
/// <param name="BookedOn">The open day it is booked on, if it comes late: the month of the last decision is closed.</param>
/// <param name="Kept">What of kept goods is the foundation's and goes on its shelf instead of being cost.</param>
public sealed record BookAcquittal(
    Guid Key, long Tranche, int Version, LocalDate? BookedOn = null, IReadOnlyList<KeptThing>? Kept = null) : Command<long>(Key)
{
    /// <summary>The desk has not decided every line, or accepted none.</summary>
    public const string NotDecided = "acquittal.not-decided";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Role.Accountant));

    /// <returns>The voucher.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Tranche tranche = await AcquittalOffice.Lock(work, Tranche, Version, Role.Accountant, ct);
        GrantAcquittal? acquittal = await GrantAcquittal.Open(work, Tranche, ct);
        List<GrantAcquittalLine> lines = acquittal is { State: AcquittalState.Submitted } ? await acquittal.Lines(work, ct) : [];
        if (acquittal is null || lines.Any(line => line.Accepted is null) || lines.TrueForAll(line => line.Accepted == false))
        {
            throw new RefusedException(NotDecided, ("no", tranche.No), ("open", lines.Count(line => line.Accepted is null)));
        }

        LocalDate decided = lines.Max(line => line.DecidedAt!.Value).InZone(DateTimeZoneProviders.Tzdb["Asia/Shanghai"]).Date;
        LocalDate day = await work.BookedDay(decided, BookedOn, ct);
        GrantCase grant = await work.Db.Set<GrantCase>().AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.GrantId == tranche.GrantId, ct);
        GrantAward award = (await GrantAward.Open(work, tranche.GrantId, ct))!;
        IReadOnlyList<AcquittedPart> parts = await AcquittalEntry.Split(
            work, tranche, lines.Where(line => line.Accepted == true).Sum(line => line.Units), ct);
        IReadOnlyList<KeptShare> kept = await KeptGoods.Share(work, lines, parts, Kept ?? [], ct);
        IReadOnlyList<long> moves = await KeptGoods.Put(work, award, $"项目留用入库 {grant.Number} 第{tranche.No}期", kept, day, ct);
        parts = kept.Count == 0 ? parts : await AcquittalEntry.Without(work, tranche, parts, kept, ct);
        JournalEntry entry = await AcquittalEntry.Of(work, award, $"核销 {grant.Number} 第{tranche.No}期",
            await AcquittalEntry.Payee(work, tranche.GrantId, ct), parts, kept, day, ct);
        acquittal.VoucherId = await work.Prepare(
            new Draft(entry, Documents: await Papers(work, lines, ct), Then: new AcquittalBooked(Tranche, acquittal.Version),
                Otherwise: new AcquittalDropped(Tranche, acquittal.Version), Undo: new AcquittalUndone(Tranche, acquittal.Version),
                Lots: [.. parts.SelectMany(part => part.Lots)]), ct);
        acquittal.State = AcquittalState.Booked;
        await work.Db.SaveChangesAsync(ct);
        await KeptGoods.Hang(work, moves, acquittal.VoucherId.Value, ct);
        return acquittal.VoucherId.Value;
    }

    /// <summary>Receipts become uploads of the accountant for the moment, since only a voucher's maker encloses; with their invoice numbers,
    /// so that no other voucher uses them.</summary>
    private static async Task<IReadOnlyList<Enclosure>> Papers(Work work, List<GrantAcquittalLine> lines, CancellationToken ct)
    {
        long[] receipts = [.. lines.Where(line => line.Accepted == true).Select(line => line.GrantReceiptId)];
        DateTime now = work.Now.ToDateTimeUtc();
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            with papers as (
              select distinct on (d.sha256) d.book_id, d.sha256, d.format, d.name, d.sheets, p.number, d.content
                from (select book_id, photo_id as id, number from grant_receipt
                       where book_id = {work.Book} and grant_receipt_id = any ({receipts})
                      union all
                      select book_id, sheet_id, null from grant_receipt
                       where book_id = {work.Book} and grant_receipt_id = any ({receipts}) and sheet_id is not null) p
                join filed_document d on d.book_id = p.book_id and d.filed_document_id = p.id
               where not exists (select 1 from document_upload u
                                  where u.book_id = d.book_id and u.uploaded_by = {work.ActorId} and u.sha256 = d.sha256)
               order by d.sha256, p.number nulls last)
            insert into document_upload (book_id, uploaded_by, sha256, format, name, sheets, invoice_number, content, uploaded_at, expires_at)
            select book_id, {work.ActorId}, sha256, format, name, sheets, number, content, {now}, {now.AddHours(1)} from papers
            """,
            ct);
        List<byte[]> papers = await work.Db.Database.SqlQuery<byte[]>(
            $"""
            select d.sha256 as "Value" from grant_receipt r
              join filed_document d on d.book_id = r.book_id and d.filed_document_id in (r.photo_id, r.sheet_id)
             where r.book_id = {work.Book} and r.grant_receipt_id = any ({receipts}) group by d.sha256 order by min(r.grant_receipt_id), d.sha256
            """).ToListAsync(ct);
        return [.. papers.Select(hash => Enclosure.Of(hash))];
    }
}

/// <summary>The voucher of an acquittal was posted: the advance is accounted for by so much.</summary>
[Consequence("acquittal-booked", 1)]
internal sealed record AcquittalBooked(long Tranche, short Version) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        Tranche tranche = await Tranches.Tranche.Lock(work, Tranche, ct);
        GrantAcquittal acquittal = await Of(work, Tranche, Version, ct);
        long voucher = acquittal.VoucherId!.Value;
        acquittal.State = AcquittalState.Posted;
        await StockFate.Set(work, await KeptGoods.Of(work, voucher, ct), StockMoveState.Done, ct);
        await Receipts(work, acquittal, GrantReceiptState.Accepted, ct);
        await MoneyRegister.Note(work, tranche.GrantId, Tranche, MoneyMove.Acquitted, await AdvanceLines.Of(work, voucher, ct), voucher,
            await AdvanceLines.DayOf(work, voucher, ct), ct);
        bool isAll = (await TrancheMoney.Of(work, Tranche, ct)).Advance == 0;
        await TrancheMoves.Follow(work, tranche, isAll ? TrancheMove.AcceptAll : TrancheMove.AcceptPart, ct,
            moving: (_, _) => Task.FromResult<IReadOnlyList<long>>([voucher]));
        await TrancheMoves.LookAgain(work, tranche.GrantId, ct);
    }

    internal static Task<GrantAcquittal> Of(Work work, long tranche, short version, CancellationToken ct) => work.Db.Set<GrantAcquittal>()
        .SingleAsync(row => row.BookId == work.Book && row.TrancheId == tranche && row.Version == version, ct);

    /// <summary>Accepted receipts go where the acquittal goes.</summary>
    internal static async Task Receipts(Work work, GrantAcquittal acquittal, GrantReceiptState state, CancellationToken ct)
    {
        long[] accepted = [.. (await acquittal.Lines(work, ct)).Where(line => line.Accepted == true).Select(line => line.GrantReceiptId)];
        foreach (GrantReceipt receipt in await work.Db.Set<GrantReceipt>()
            .Where(row => row.BookId == work.Book && accepted.Contains(row.GrantReceiptId)).ToListAsync(ct))
        {
            receipt.State = state;
        }

        await work.Db.SaveChangesAsync(ct);
    }
}

/// <summary>The voucher was rejected or withdrawn: the acquittal is where the desk left it.</summary>
[Consequence("acquittal-dropped", 1)]
internal sealed record AcquittalDropped(long Tranche, short Version) : Consequence
{
    internal override Need Needs => Need.Person;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        GrantAcquittal acquittal = await AcquittalBooked.Of(work, Tranche, Version, ct);
        await StockFate.Set(work, await KeptGoods.Of(work, acquittal.VoucherId, ct), StockMoveState.Dropped, ct);
        (acquittal.State, acquittal.VoucherId) = (AcquittalState.Submitted, null);
        await work.Db.SaveChangesAsync(ct);
    }
}

/// <summary>The voucher was reversed: the advance is open again, receipts may be handed in anew, and gifts are reserved for the grant again.
/// </summary>
[Consequence("acquittal-undone", 1)]
internal sealed record AcquittalUndone(long Tranche, short Version) : RegisterUndone
{
    internal override VoucherRegister Register => VoucherRegister.Grants;

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        Tranche tranche = await Tranches.Tranche.Lock(work, Tranche, ct);
        await AcquittalOffice.RefuseIfOver(work, tranche, ct);
        GrantAcquittal acquittal = await AcquittalBooked.Of(work, Tranche, Version, ct);
        long voucher = acquittal.VoucherId!.Value, reversal = await AdvanceLines.ReversalOf(work, voucher, ct);
        IReadOnlyList<FundUnits> parts = await AdvanceLines.Of(work, voucher, ct);
        await RefuseClaimed(work, tranche, parts, ct);
        acquittal.State = AcquittalState.Undone;
        if (await KeptGoods.Of(work, voucher, ct) is { Count: > 0 } moves)
        {
            await StockFate.Undo(work, moves, ct);
        }

        await AcquittalBooked.Receipts(work, acquittal, GrantReceiptState.Ready, ct);
        await MoneyRegister.Note(work, tranche.GrantId, Tranche, MoneyMove.Acquitted,
            parts.Select(part => part with { Units = -part.Units }), reversal,
            await AdvanceLines.DayOf(work, reversal, ct), ct);
        TrancheMoney money = await TrancheMoney.Of(work, Tranche, ct);
        if (tranche.State == TrancheState.Settled)
        {
            await TrancheMoves.Follow(work, tranche, TrancheMove.UndoAcquittal, ct, moving: Vouchers(reversal));
        }

        if (tranche.State != TrancheState.PartlyAcquitted || money is { Acquitted: 0, Returned: 0 })
        {
            await TrancheMoves.Follow(work, tranche, TrancheMove.UndoAcquittal, ct, moving: Vouchers(reversal));
        }
    }

    // What the panel found and was claimed has left the expense already, and cannot leave it twice.
    private static async Task RefuseClaimed(Work work, Tranche tranche, IReadOnlyList<FundUnits> parts, CancellationToken ct)
    {
        Dictionary<int, long> acquitted = await work.Db.Set<TrancheFund>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.TrancheId == tranche.TrancheId).ToDictionaryAsync(row => row.FundId, row => row.Acquitted, ct);
        if (parts.Any(part => part.Units > acquitted.GetValueOrDefault(part.Fund)))
        {
            throw new RefusedException(AcquittalOffice.ClaimedBack, ("no", tranche.No), ("asked", Amount.Fen(parts.Sum(part => part.Units))),
                ("left", Amount.Fen(acquitted.Values.Sum())));
        }
    }

    private static Func<Tranche, TrancheFacts, Task<IReadOnlyList<long>>> Vouchers(long voucher) =>
        (_, _) => Task.FromResult<IReadOnlyList<long>>([voucher]);
}
