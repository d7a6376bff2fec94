using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Holders;

/// <summary>One coordinator proposes hours for an elder: start hours that nobody has served, or hours out of the pool.</summary>
/// <param name="Reason">Why, without names.</param>
public sealed record ProposeHourGrant(Guid Key, HourGrantKind Kind, long Elder, long Minutes, [property: Personal] string Reason)
    : Command<long>(Key)
{
    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        Need.Any(Programme.Hands).For(await GiveHoursFor.ProgrammeOf(work, Elder, ct));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund programme = await Programme.Of(work, await GiveHoursFor.ProgrammeOf(work, Elder, ct), ct);
        string reason = PlainText.Of(Reason);
        if (reason.Length is 0 or > HourGrant.LongestReason)
        {
            throw new RefusedException(HourGrant.ReasonMissing, ("limit", HourGrant.LongestReason));
        }

        HourGift.RefuseBad(Minutes);
        await HourGrant.Prove(work, programme, Kind, Elder, Minutes, ct);
        if (await work.Db.Set<HourGrant>().AnyAsync(row => row.BookId == work.Book && row.PersonId == Elder && row.Kind == Kind
            && row.State == TwoHandState.Waiting, ct))
        {
            throw new RefusedException(HourGrant.OneWaits);
        }

        HourGrant grant = new()
        {
            BookId = work.Book,
            FundId = programme.FundId,
            PersonId = Elder,
            Kind = Kind,
            Minutes = Minutes,
            Reason = reason,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        };
        work.Db.Add(grant);
        await work.Db.SaveChangesAsync(ct);
        return grant.HourGrantId;
    }
}

/// <summary>Another coordinator agrees, and the elder has the hours; or it is dropped, by whoever proposed it too.</summary>
public sealed record DecideHourGrant(Guid Key, long Grant, bool Agrees) : Command<Done>(Key)
{
    /// <summary>Who proposed it does not agree to it.</summary>
    public const string Own = "hour-grant.own";

    /// <summary>It is not there, or somebody has decided about it.</summary>
    public const string Gone = "hour-grant.gone";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(Programme.Hands).For(
        await work.Db.Set<HourGrant>().Where(row => row.BookId == work.Book && row.HourGrantId == Grant).Select(row => row.FundId)
            .FirstOrDefaultAsync(ct)).Proved();

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from hour_grant where book_id = {work.Book} and hour_grant_id = {Grant} for update", ct);
        HourGrant grant = await work.Db.Set<HourGrant>().SingleOrDefaultAsync(row => row.BookId == work.Book && row.HourGrantId == Grant
            && row.State == TwoHandState.Waiting, ct) ?? throw new RefusedException(Gone);
        if (Agrees && grant.ProposedBy == work.ActorId)
        {
            throw new RefusedException(Own);
        }

        if (Agrees)
        {
            Fund programme = await Programme.Of(work, grant.FundId, ct);
            await HourGrant.Prove(work, programme, grant.Kind, grant.PersonId, grant.Minutes, ct);
            UnitEntry entry = await Entry(work, programme, grant, ct);
            grant.EntryNo = (await new UnitDoor(work, programme).PostByTwo([entry], grant.ProposedBy, ct))[0].EntryNo;
        }

        (grant.State, grant.DecidedBy, grant.DecidedAt) = (Agrees ? TwoHandState.Posted : TwoHandState.Dropped, work.ActorId, work.Now);
        await work.Db.SaveChangesAsync(ct);
        return Done.It;
    }

    private static async Task<UnitEntry> Entry(Work work, Fund programme, HourGrant grant, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(work.Today, ct);
        bool started = grant.Kind == HourGrantKind.Started;
        Amount amount = Amount.OfUnits(grant.Minutes, Commodity.Hour);
        return new UnitEntry(started ? UnitKind.HoursStarted : UnitKind.HoursAllotted,
            JournalEntry.On(work.Today, started ? "老人启动时间" : "从时间池发放")
                .Debit(chart["hours-held"], programme.Code, amount, new Tags(Counterparty: grant.PersonId))
                .Credit(chart[started ? "hours-issued" : "hours-pool"], programme.Code, amount).Balanced());
    }
}
