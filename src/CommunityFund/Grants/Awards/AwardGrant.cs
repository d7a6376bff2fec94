using CommunityFund.Books;
using CommunityFund.Grants.Money;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>批准资助: the steering group signs and the second approver beside it. With the second signature the money is promised in the books,
/// fund by fund, and the gifts that will pay for it are reserved.</summary>
/// <param name="Resolution">Number of the resolution.</param>
public sealed record AwardGrant(Guid Key, long Grant, int Version, string Resolution) : Command<GrantMoved>(Key)
{
    /// <summary>The resolution is not named.</summary>
    public const string ResolutionMissing = "award.resolution-missing";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => GrantMoves.NeedOf(work, Grant, GrantMove.Award, ct);

    internal override async Task<GrantMoved> Apply(Work work, CancellationToken ct)
    {
        string resolution = PlainText.Of(Resolution);
        if (resolution.Length is 0 or > 100)
        {
            throw new RefusedException(ResolutionMissing);
        }

        LocalDate? due = null;
        return await GrantMoves.Make(work, Grant, Version, GrantMove.Award, "", resolution, ct, async (grant, facts, signed) =>
        {
            due = WorkingDays.After(work.Today, facts.Round.AgreementDays);
            return [await Promise(work, grant, facts, signed, resolution, due.Value, ct)];
        }, _ => due);
    }

    private static async Task<long> Promise(Work work, GrantCase grant, GrantFacts facts, IReadOnlyList<GrantSignature> signed, string resolution,
        LocalDate due, CancellationToken ct)
    {
        // First and second by the clock, not by their roles.
        GrantSignature[] order = [.. signed.OrderBy(row => row.At)];
        (long first, long second) = (order[0].PersonId!.Value, work.ActorId);
        GrantDecision decision = (await GrantDecision.Newest(work, grant.GrantId, ct))!;
        List<GrantAward> before = await work.Db.Set<GrantAward>().Where(row => row.BookId == work.Book
            && row.GrantId == grant.GrantId).ToListAsync(ct);
        Project project = await ProjectOf(work, grant, decision, facts, before, ct);
        return await SignedCommitment.Post(work, await Entry(work, grant, facts, project.ProjectId, "批准资助", isEnd: false, ct), first, second,
            async voucher =>
            {
                GrantAward award = new()
                {
                    BookId = work.Book,
                    GrantId = grant.GrantId,
                    AwardNo = (short)(before.Count + 1),
                    DecisionVersion = decision.Version,
                    ProjectId = project.ProjectId,
                    Units = decision.Units,
                    Resolution = resolution,
                    SignedBy = first,
                    ConfirmedBy = second,
                    AwardedOn = work.Today,
                    AwardedAt = work.Now,
                    AgreementDue = due,
                    VoucherId = voucher,
                };
                work.Db.Add(award);
                await work.Db.SaveChangesAsync(ct);
                work.Db.AddRange(facts.Award.Funds.Select(fund => new GrantAwardFund
                {
                    BookId = work.Book,
                    GrantId = grant.GrantId,
                    AwardNo = award.AwardNo,
                    FundId = fund.Fund,
                    Units = fund.Units,
                }));
            }, ct);
    }

    /// <summary>Dr 9101 / Cr 9102 per fund; the other way round where a promise ends.</summary>
    internal static async Task<JournalEntry> Entry(Work work, GrantCase grant, GrantFacts facts, long project, string what, bool isEnd,
        CancellationToken ct)
    {
        List<(int Fund, long Units)> parts = isEnd
            ? [.. (await work.Db.Set<GrantAwardFund>().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId
                    && row.AwardNo == work.Db.Set<GrantAward>().Where(each => each.BookId == work.Book && each.GrantId == grant.GrantId)
                        .Max(each => each.AwardNo)).Select(row => new { row.FundId, row.Units }).ToListAsync(ct)).Select(row => (row.FundId,
                            row.Units))]
            : [.. facts.Award.Funds.Select(fund => (fund.Fund, fund.Units))];
        return await CommitmentEntry.Of(work, work.Today, $"{what} {NumberOf(grant)}", project,
            parts.Select(part => new FundUnits(part.Fund, part.Units)), isEnd, ct);
    }

    private static string NumberOf(GrantCase grant) => grant.Number.Length > 0 ? grant.Number : $"G{grant.GrantId}";

    private static async Task<Project> ProjectOf(Work work, GrantCase grant, GrantDecision decision, GrantFacts facts, List<GrantAward> before,
        CancellationToken ct)
    {
        if (before.Count > 0)
        {
            long known = before[^1].ProjectId;
            Project old = await work.Db.Set<Project>().SingleAsync(row => row.BookId == work.Book && row.ProjectId == known, ct);
            if (old.ProjectClass == decision.ProjectClass && old.ClosedOn is null)
            {
                return old;
            }
        }

        Project project = new()
        {
            BookId = work.Book,
            // A second award's project is another one; codes have at most twenty characters.
            Code = before.Count == 0 ? NumberOf(grant) : $"G{grant.GrantId}-{before.Count + 1}",
            Name = grant.Title,
            FundId = facts.Award.Funds.MaxBy(fund => fund.Units)!.Fund,
            ProjectClass = decision.ProjectClass,
            Community = grant.Community,
            OpenedOn = work.Today,
        };
        work.Db.Add(project);
        await work.Db.SaveChangesAsync(ct);
        return project;
    }
}
