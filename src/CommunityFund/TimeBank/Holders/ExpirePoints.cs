using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.TimeBank.Holders;

/// <summary>What expired.</summary>
/// <param name="Holders">How many people it was of.</param>
public sealed record ExpiredPoints(int Holders, long Points);

/// <summary>
/// Points whose last day is over expire: what is free of each lot, whole. What is reserved stays with its reservation; hours never expire. Once a
/// day by itself, and whenever a coordinator asks. That it comes late changes nothing: on the day after the last nobody can use them any more.
/// </summary>
public sealed record ExpirePoints(Guid Key, int Programme) : Command<ExpiredPoints>(Key)
{
    // An entry has at most 500 lines; what is left comes with the next round.
    private const int InAnEntry = 490, AtOnce = 20 * InAnEntry;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(
        work.Actor is null ? Need.Operator : Need.Any(Programmes.Programme.Hands).For(Programme));

    internal override async Task<ExpiredPoints> Apply(Work work, CancellationToken ct)
    {
        Fund programme = await Programmes.Programme.Of(work, Programme, ct);
        ProgrammeRule rule = await ProgrammeRule.On(work, programme, work.Today, ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund where book_id = {work.Book} and fund_id = {Programme} for no key update", ct);
        var due = await work.Db.Set<PointLot>().AsNoTracking()
            .Where(lot => lot.BookId == work.Book && lot.FundId == Programme && lot.ExpiresOn < work.Today && lot.Free > 0)
            .GroupBy(lot => lot.PersonId).Select(lots => new { Person = lots.Key, Points = lots.Sum(lot => lot.Free) })
            .OrderBy(row => row.Person).Take(AtOnce).ToListAsync(ct);
        Chart chart = await work.ChartOn(work.Today, ct);
        List<UnitEntry> entries = [];
        foreach (var some in due.Chunk(InAnEntry))
        {
            EntryDraft draft = JournalEntry.On(work.Today, "积分到期")
                .Debit(chart["points-expired"], programme.Code, Amount.OfUnits(some.Sum(row => row.Points), Commodity.Point));
            foreach (var row in some)
            {
                draft.Credit(chart["points-held"], programme.Code, Amount.OfUnits(row.Points, Commodity.Point),
                    new Tags(Counterparty: row.Person));
            }

            entries.Add(new UnitEntry(UnitKind.PointsExpired, draft.Balanced()));
        }

        if (entries.Count > 0)
        {
            // By itself it is made by whoever agreed to the rules that let points expire.
            await new UnitDoor(work, programme).PostByRule(entries, ct, work.Actor ?? rule.DecidedBy);
        }

        return new ExpiredPoints(due.Count, due.Sum(row => row.Points));
    }
}

/// <summary>The time banks of a book in which something is to expire today, for what happens by itself. None while the rule is not
/// approved.</summary>
public sealed record ProgrammesToExpire : Query<IReadOnlyList<int>>
{
    internal override Need Needs => Need.Operator;

    internal override async Task<IReadOnlyList<int>> Answer(Work work, CancellationToken ct)
    {
        if (!await work.Db.Database.SqlQuery<bool>(
            $"""select rule_in_force({work.Book}, {UnitDoor.Rule}, {work.Today.ToDateOnly()}) as "Value" """).SingleAsync(ct))
        {
            return [];
        }

        return await work.Db.Funds.Where(fund => fund.BookId == work.Book && fund.Kind == FundKind.Programme
                && work.Db.Set<PointLot>().Any(lot => lot.BookId == fund.BookId && lot.FundId == fund.FundId && lot.ExpiresOn < work.Today
                    && lot.Free > 0))
            .OrderBy(fund => fund.FundId).Select(fund => fund.FundId).ToListAsync(ct);
    }
}
