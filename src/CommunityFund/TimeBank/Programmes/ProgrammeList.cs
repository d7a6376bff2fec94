using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Units;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Programmes;

/// <summary>A time bank in the list.</summary>
/// <param name="RulesFrom">Since when the rules in force count; null while there are none.</param>
/// <param name="Waits">Whether a version waits for a second person.</param>
public sealed record ProgrammeItem(
    int Fund, string Code, string Name, LocalDate? RulesFrom, bool Waits, int Members, Amount Hours, Amount Points);

/// <summary>The time banks that the reader's roles reach.</summary>
public sealed record ProgrammesView(IReadOnlyList<ProgrammeItem> Items, bool MayOpen);

/// <summary>Every time bank with its rules, members and what they hold together.</summary>
public sealed record ProgrammeList : Query<ProgrammesView>
{
    internal override Need Needs => Need.Any(Programme.Readers);

    internal override async Task<ProgrammesView> Answer(Work work, CancellationToken ct)
    {
        IReadOnlyList<Fund> mine = await Programme.Mine(work, ct);
        int[] funds = [.. mine.Select(fund => fund.FundId)];
        Dictionary<int, int> members = await work.Db.Set<Member>()
            .Where(row => row.BookId == work.Book && funds.Contains(row.FundId) && row.LeftOn == null)
            .GroupBy(row => row.FundId).ToDictionaryAsync(same => same.Key, same => same.Count(), ct);
        var held = await work.Db.Set<HolderBalance>().Where(row => row.BookId == work.Book && funds.Contains(row.FundId))
            .GroupBy(row => row.FundId)
            .Select(same => new { same.Key, Hours = same.Sum(row => row.Hours), Points = same.Sum(row => row.Points + row.InRedemption) })
            .ToDictionaryAsync(same => same.Key, ct);
        int[] waiting = await work.Db.Set<ProgrammeRule>()
            .Where(row => row.BookId == work.Book && funds.Contains(row.FundId) && row.State == ProgrammeRuleState.Waiting)
            .Select(row => row.FundId).ToArrayAsync(ct);
        List<ProgrammeItem> items = [];
        foreach (Fund fund in mine)
        {
            ProgrammeRule? rule = await ProgrammeRule.InForce(work, fund.FundId, work.Today).FirstOrDefaultAsync(ct);
            var all = held.GetValueOrDefault(fund.FundId);
            items.Add(new ProgrammeItem(fund.FundId, fund.Code, fund.Name, rule?.ValidFrom, waiting.Contains(fund.FundId),
                members.GetValueOrDefault(fund.FundId), Amount.OfUnits(all?.Hours ?? 0, Commodity.Hour),
                Amount.OfUnits(all?.Points ?? 0, Commodity.Point)));
        }

        return new ProgrammesView(items, work.Rights.ReachesAll(OpenProgramme.Openers));
    }
}
