using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Activities;

/// <summary>A time bank that the reader runs, with the kinds of service that its rules know today.</summary>
/// <param name="Cap">What one activity may be credited with at most; null while no rules are in force.</param>
public sealed record ProgrammeRoles(int Fund, string Name, IReadOnlyList<string> Roles, Amount? Cap);

/// <summary>A project to choose.</summary>
public sealed record ProjectChoice(long Id, string Name);

/// <summary>What the form of an activity offers.</summary>
public sealed record ActivityOffer(IReadOnlyList<ProgrammeRoles> Programmes, IReadOnlyList<ProjectChoice> Projects, LocalDate Today);

/// <summary>Choices for an activity.</summary>
public sealed record ActivityChoices : Query<ActivityOffer>
{
    internal override Need Needs => Need.Any(Programme.Hands);

    internal override async Task<ActivityOffer> Answer(Work work, CancellationToken ct)
    {
        List<ProgrammeRoles> programmes = [];
        foreach (Fund fund in (await Programme.Mine(work, ct)).Where(fund => work.Rights.Reaches(Programme.Hands, fund.FundId)))
        {
            ProgrammeRule? rule = await ProgrammeRule.InForce(work, fund.FundId, work.Today).FirstOrDefaultAsync(ct);
            string[] roles = rule is null ? [] : await work.Db.Set<ProgrammeRate>()
                .Where(row => row.BookId == work.Book && row.ProgrammeRuleId == rule.ProgrammeRuleId).Select(row => row.Role).Distinct()
                .OrderBy(role => role).ToArrayAsync(ct);
            programmes.Add(new ProgrammeRoles(fund.FundId, fund.Name, roles, rule is null ? null : Amount.OfUnits(rule.ActivityCap, Commodity.Hour)));
        }

        return new ActivityOffer(programmes,
            [
                .. await work.Db.Set<Project>().Where(row => row.BookId == work.Book && row.ClosedOn == null).OrderBy(row => row.Code)
                    .Select(row => new ProjectChoice(row.ProjectId, row.Code + " " + row.Name)).Take(1000).ToListAsync(ct),
            ], work.Today);
    }
}
