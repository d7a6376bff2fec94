using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>冲回: a gift, a donation, start hours or hours out of the pool that were a mistake. One coordinator proposes, another agrees.</summary>
public sealed class UnitUndo
{
    public required int BookId { get; init; }

    public long UnitUndoId { get; init; }

    public required int FundId { get; init; }

    public required long OfEntryNo { get; init; }

    public required string Reason { get; init; }

    public TwoHandState State { get; set; }

    public required long ProposedBy { get; init; }

    public required Instant ProposedAt { get; init; }

    public long? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <summary>The red entry.</summary>
    public long? EntryNo { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<UnitUndo>
    {
        public void Configure(EntityTypeBuilder<UnitUndo> entity)
        {
            entity.HasKey(row => new { row.BookId, row.UnitUndoId });
            entity.Property(row => row.UnitUndoId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
        }
    }
}

/// <summary>Somebody proposes to take back what a holder did or an elder was given. Earned, used and redeemed is corrected where it was entered;
/// points whose last day is over stay expired, for they would expire again.</summary>
/// <param name="Entry">The entry in hours.</param>
/// <param name="Reason">Why, without names.</param>
public sealed record ProposeUndo(Guid Key, long Entry, [property: Personal] string Reason) : Command<long>(Key)
{
    /// <summary>It is no gift, donation, start hours or hours out of the pool, or is taken back already.</summary>
    public const string Impossible = "unit-undo.impossible";

    /// <summary>Nobody can decide about what does not say why.</summary>
    public const string ReasonMissing = "unit-undo.reason-missing";

    /// <summary>Another proposal to take it back waits.</summary>
    public const string OneWaits = "unit-undo.one-waits";

    internal static readonly UnitKind[] Kinds = [UnitKind.HoursGiven, UnitKind.HoursDonated, UnitKind.HoursStarted, UnitKind.HoursAllotted];

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For((await Paper(work, Entry, ct))?.FundId ?? 0);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > HourGrant.LongestReason)
        {
            throw new RefusedException(ReasonMissing, ("limit", HourGrant.LongestReason));
        }

        UnitPaper? paper = await Paper(work, Entry, ct);
        if (paper is null || paper.IsRed || !Kinds.Contains(paper.Kind)
            || await work.Db.Set<UnitPaper>().AnyAsync(row => row.BookId == work.Book && row.OfEntryNo == Entry && row.IsRed, ct))
        {
            throw new RefusedException(Impossible);
        }

        if (await work.Db.Set<UnitUndo>().AnyAsync(row => row.BookId == work.Book && row.OfEntryNo == Entry && row.State == TwoHandState.Waiting, ct))
        {
            throw new RefusedException(OneWaits);
        }

        UnitUndo undo = new()
        {
            BookId = work.Book,
            FundId = paper.FundId,
            OfEntryNo = Entry,
            Reason = reason,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(undo);
        await work.Db.SaveChangesAsync(ct);
        return undo.UnitUndoId;
    }

    internal static Task<UnitPaper?> Paper(Work work, long entry, CancellationToken ct) => (
        from header in work.Db.Entries
        join row in work.Db.Set<UnitPaper>() on new { header.BookId, header.VoucherId } equals new { row.BookId, row.VoucherId }
        where header.BookId == work.Book && header.EntryNo == entry
        select row).AsNoTracking().SingleOrDefaultAsync(ct);
}

/// <summary>Another coordinator agrees, and it is taken back in red; or it is dropped, by whoever proposed it too. Neither of the two is somebody
/// whom it is about.</summary>
public sealed record DecideUndo(Guid Key, long Undo, bool Agrees) : Command<Done>(Key)
{
    /// <summary>Who proposed it does not agree to it.</summary>
    public const string Own = "unit-undo.own";

    /// <summary>It is not there, or somebody has decided about it.</summary>
    public const string Gone = "unit-undo.gone";

    /// <summary>One of the two is close to somebody whom it is about.</summary>
    public const string Close = "unit-undo.close";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Programme.Hands).For(
        await work.Db.Set<UnitUndo>().Where(row => row.BookId == work.Book && row.UnitUndoId == Undo).Select(row => row.FundId)
            .FirstOrDefaultAsync(ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from unit_undo where book_id = {work.Book} and unit_undo_id = {Undo} for update", ct);
        UnitUndo undo = await work.Db.Set<UnitUndo>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.UnitUndoId == Undo
            && row.State == TwoHandState.Waiting, ct) ?? throw new RefusedException(Gone);
        if (Agrees && undo.ProposedBy == work.ActorId)
        {
            throw new RefusedException(Own);
        }

        if (Agrees)
        {
            Fund programme = await Programme.Of(work, undo.FundId, ct);
            UnitEntry red = await Red(work, programme, undo, ct);
            undo.EntryNo = (await new UnitDoor(work, programme).PostByTwo([red], undo.ProposedBy, ct))[0].EntryNo;
        }

        (undo.State, undo.DecidedBy, undo.DecidedAt) = (Agrees ? TwoHandState.Posted : TwoHandState.Dropped, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }

    /// <summary>The same lines in red, on the day it is taken back.</summary>
    private static async Task<UnitEntry> Red(Work work, Fund programme, UnitUndo undo, CancellationToken ct)
    {
        UnitKind kind = (await ProposeUndo.Paper(work, undo.OfEntryNo, ct))!.Kind;
        var lines = await (
            from line in work.Db.Postings
            join account in work.Db.Accounts on new { line.BookId, line.AccountId } equals new { account.BookId, account.AccountId }
            where line.BookId == work.Book && line.EntryNo == undo.OfEntryNo
            orderby line.LineNo
            select new { account.Key, line.Side, line.Units, line.CounterpartyId }).ToListAsync(ct);
        Chart chart = await work.ChartOn(work.Today, ct);
        EntryDraft draft = JournalEntry.On(work.Today, "冲回");
        foreach (var line in lines)
        {
            Amount amount = Amount.OfUnits(line.Units, Commodity.Hour);
            Tags tags = new(Counterparty: line.CounterpartyId);
            draft = line.Side == Side.Debit ? draft.RedDebit(chart[line.Key], programme.Code, amount, tags)
                : draft.RedCredit(chart[line.Key], programme.Code, amount, tags);
            if (line.CounterpartyId is { } person && (await Member.AreClose(work, work.ActorId, person, ct)
                || await Member.AreClose(work, undo.ProposedBy, person, ct)))
            {
                throw new RefusedException(Close);
            }
        }

        return new UnitEntry(kind, draft.Balanced(), undo.OfEntryNo);
    }
}
