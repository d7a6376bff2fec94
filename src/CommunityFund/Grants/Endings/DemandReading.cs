using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Endings;

/// <summary>A grant's demands as a page shows them, the newest first.</summary>
internal static class DemandReading
{
    public static async Task<IReadOnlyList<DemandShown>> Of(Work work, GrantCase grant, IReadOnlyList<EndingTranche> tranches,
        Dictionary<int, string> funds, CancellationToken ct)
    {
        List<GrantDemand> rows = await work.Db.Set<GrantDemand>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId)
            .OrderByDescending(row => row.No).ToListAsync(ct);
        long[] ids = [.. rows.Select(row => row.GrantDemandId)];
        ILookup<long, GrantDemandPart> parts = (await work.Db.Set<GrantDemandPart>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.GrantDemandId)).ToListAsync(ct)).ToLookup(row => row.GrantDemandId);
        ILookup<long, GrantInstalment> instalments = (await work.Db.Set<GrantInstalment>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.GrantDemandId) && row.EndedAt == null).OrderBy(row => row.DueOn)
            .ThenBy(row => row.No).ToListAsync(ct)).ToLookup(row => row.GrantDemandId);
        ILookup<long, GrantInstalmentPlan> plans = (await work.Db.Set<GrantInstalmentPlan>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.GrantDemandId) && row.State == RegisterState.Waiting).ToListAsync(ct))
            .ToLookup(row => row.GrantDemandId);
        List<GrantPlannedInstalment> planned = await work.Db.Set<GrantPlannedInstalment>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.GrantDemandId)).OrderBy(row => row.No).ToListAsync(ct);
        ILookup<long, GrantDemandReminder> reminders = (await work.Db.Set<GrantDemandReminder>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.GrantDemandId)).ToListAsync(ct)).ToLookup(row => row.GrantDemandId);
        ILookup<long, GrantDemandCut> cuts = (await work.Db.Set<GrantDemandCut>().AsNoTracking()
            .Where(row => row.BookId == work.Book && ids.Contains(row.GrantDemandId)).OrderBy(row => row.No).ToListAsync(ct))
            .ToLookup(row => row.GrantDemandId);
        long[] awaited = [.. instalments.SelectMany(each => each).Select(row => row.ExpectationId)];
        HashSet<long> reviewed = [.. await work.Db.Set<Expectation>().Where(row => row.BookId == work.Book && awaited.Contains(row.ExpectationId)
            && row.VoucherId != null).Select(row => row.ExpectationId).ToListAsync(ct)];
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work, [.. rows.SelectMany(row => new[] { row.DraftedBy, row.SignedBy }),
            .. plans.SelectMany(each => each).Select(row => (long?)row.ProposedBy)], ct);
        return
        [
            .. rows.Select(row => new DemandShown(row.GrantDemandId, row.No, GrantDemand.CodeOf(grant, row), row.State, row.Reason, row.DueOn,
                names[row.DraftedBy], row.SignedBy is { } by ? names[by] : "", row.SignedAt, row.DraftedBy == work.Actor, row.VoucherId,
                [.. parts[row.GrantDemandId].Select(part => (Part: part, tranches.Single(each => each.Id == part.TrancheId).No))
                    .OrderBy(part => part.No).Select(part => new DemandPartShown(part.No, part.Part.TrancheId, funds[part.Part.FundId],
                        Amount.Fen(part.Part.OpenUnits), Amount.Fen(part.Part.RefusedUnits)))],
                [.. instalments[row.GrantDemandId].Select(each => new InstalmentShown(each.DueOn, Amount.Fen(each.Units), each.PaidAt is not null,
                    each.PaidAt is null && each.DueOn < work.Today, each.PaidAt is null && reviewed.Contains(each.ExpectationId)))],
                plans[row.GrantDemandId].Select(plan => new PlanShown(plan.Reason, names[plan.ProposedBy], plan.ProposedBy == work.Actor,
                    [.. planned.Where(each => each.GrantDemandId == row.GrantDemandId && each.PlanNo == plan.No)
                        .Select(each => new InstalmentForm(each.DueOn, Amount.Fen(each.Units)))])).FirstOrDefault(),
                [.. NoteReminder.Ladder.Select(days => Reminder(row, days, reminders[row.GrantDemandId].FirstOrDefault(each => each.Days == days),
                    work, instalments[row.GrantDemandId].Any(each => each.PaidAt is null)))],
                [.. cuts[row.GrantDemandId].Select(cut => new CutShown(
                    Amount.Fen(cut.Units), cut.Reason, cut.Resolution, cut.State, cut.VoucherId))])),
        ];
    }

    private static ReminderShown Reminder(GrantDemand demand, int days, GrantDemandReminder? sent, Work work, bool isOpen)
    {
        NodaTime.LocalDate due = demand.DueOn.PlusDays(days);
        return new ReminderShown(days, due, sent?.SentOn, sent?.Way ?? "",
            sent is null && isOpen && demand.State == DemandState.Stands && due <= work.Today);
    }
}
