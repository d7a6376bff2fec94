using CommunityFund.Books;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Money;
using CommunityFund.Grants.Tranches;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Amendments;

/// <summary>What an amendment does once it is in force: days and people at once, money by a voucher of the two who signed for it.</summary>
internal static class AmendmentEffect
{
    public static async Task Take(Work work, GrantCase grant, GrantAmendment row, long first, long second, CancellationToken ct)
    {
        switch (row.Kind)
        {
            case AmendmentKind.AmountUp:
                await Raise(work, grant, row, first, second, ct);
                break;
            case AmendmentKind.AmountDown:
                await Lower(work, grant, row, ct);
                break;
            default:
                await Enter(work, row, ct);
                await Change(work, grant, row, ct);
                break;
        }

        await TrancheMoves.LookAgain(work, grant.GrantId, ct);
    }

    /// <summary>What a fund can promise to the project more, in fen.</summary>
    internal static Task<long> Payable(Work work, GrantCase grant, GrantAmendment row, int fund, CancellationToken ct) =>
        work.Db.Database.SqlQuery<long>(
        $"""
        select grant_payable({work.Book}, {fund}, {work.Today.ToDateOnly()}, d.project_class, {grant.Community}) as "Value"
          from grant_award a join grant_decision d on d.book_id = a.book_id and d.grant_id = a.grant_id and d.version = a.decision_version
         where a.book_id = {work.Book} and a.grant_id = {grant.GrantId} and a.award_no = {row.AwardNo}
        """).SingleAsync(ct);

    private static async Task Enter(Work work, GrantAmendment row, CancellationToken ct, long? voucher = null)
    {
        (row.State, row.DecidedBy, row.DecidedAt, row.VoucherId) = (AmendmentState.InForce, work.ActorId, work.Now, voucher);
        await work.Db.SaveChangesAsync(ct);
    }

    private static async Task Change(Work work, GrantCase grant, GrantAmendment row, CancellationToken ct)
    {
        (grant.LeadId, grant.FinLeadId) = (row.LeadId, row.FinLeadId);
        List<GrantAmendedTranche> days = await work.Db.Set<GrantAmendedTranche>().AsNoTracking().Where(each => each.BookId == work.Book
            && each.GrantId == grant.GrantId && each.AmendmentNo == row.AmendmentNo).ToListAsync(ct);
        foreach (Tranche tranche in (await Tranche.LockAll(work, grant.GrantId, ct)).Where(each => each.AwardNo == row.AwardNo))
        {
            if (days.Find(each => each.No == tranche.No) is { } day)
            {
                (tranche.EarliestOn, tranche.ReportDueOn) = (day.EarliestOn, day.ReportDueOn);
            }
        }

        await work.Db.SaveChangesAsync(ct);
    }

    private static async Task Raise(Work work, GrantCase grant, GrantAmendment row, long first, long second, CancellationToken ct)
    {
        GrantAward award = (await GrantAward.Open(work, grant.GrantId, ct))!;
        await Tranche.LockAll(work, grant.GrantId, ct);
        FundUnits[] parts = [.. row.Given.Select(share => new FundUnits(share.Fund, share.Amount.Units))];
        JournalEntry entry = await CommitmentEntry.Of(work, work.Today, $"追加资助 {grant.Number}", award.ProjectId, parts, isEnd: false, ct);
        await SignedCommitment.Post(work, entry, first, second, async voucher =>
        {
            // The shares reserve the gifts that will pay; the funds are locked by now.
            foreach (FundUnits part in parts)
            {
                work.Db.Add(new GrantAmendedFund
                {
                    BookId = work.Book,
                    GrantId = grant.GrantId,
                    AmendmentNo = row.AmendmentNo,
                    FundId = part.Fund,
                    Units = part.Units,
                });
                await work.Db.SaveChangesAsync(ct);
            }

            await MoneyRegister.Note(work, grant.GrantId, null, MoneyMove.Committed, parts, voucher, work.Today, ct);
            await Enter(work, row, ct, voucher);
        }, ct);
        await work.Db.Database.ExecuteSqlAsync(
            $"select amend_tranches({work.Book}, {grant.GrantId}, {(int)row.AmendmentNo}, {work.ActorId}, {work.Now.ToDateTimeUtc()})", ct);
    }

    private static async Task Lower(Work work, GrantCase grant, GrantAmendment row, CancellationToken ct)
    {
        List<Tranche> tranches = [.. (await Tranche.LockAll(work, grant.GrantId, ct)).Where(each => each.AwardNo == row.AwardNo)];
        List<GrantAmendedTranche> less = await work.Db.Set<GrantAmendedTranche>().AsNoTracking().Where(each => each.BookId == work.Book
            && each.GrantId == grant.GrantId && each.AmendmentNo == row.AmendmentNo && each.Units < each.UnitsBefore).ToListAsync(ct);
        List<(long? Tranche, FundUnits Part)> parts = [];
        foreach (GrantAmendedTranche part in less)
        {
            Tranche tranche = tranches.Single(each => each.No == part.No);
            if (tranche.State is not (TrancheState.Planned or TrancheState.Eligible or TrancheState.Held))
            {
                throw new RefusedException(AmendmentPlan.BadTranche, ("no", part.No), ("state", tranche.State));
            }

            long left = part.UnitsBefore - part.Units;

            // Money that is bound to nobody is freed first, the way it would come back.
            foreach (TrancheFund fund in await work.Db.Set<TrancheFund>().AsNoTracking().Where(each => each.BookId == work.Book
                && each.TrancheId == tranche.TrancheId).OrderByDescending(each => each.Place).ToListAsync(ct))
            {
                long units = Math.Min(left, fund.Planned - fund.Cancelled - fund.Paid);
                parts.Add((tranche.TrancheId, new FundUnits(fund.FundId, units)));
                left -= units;
            }

            if (left > 0)
            {
                throw new RefusedException(AmendmentPlan.BadTranche, ("no", part.No), ("state", tranche.State));
            }
        }

        GrantAward award = (await GrantAward.Open(work, grant.GrantId, ct))!;
        long voucher = await MoneyRegister.GiveUp(work, grant, award, [.. parts.Where(part => part.Part.Units > 0)], "减少资助，冲回承诺", ct);
        await Enter(work, row, ct, voucher);
        foreach (GrantAmendedTranche gone in less.Where(part => part.Units == 0))
        {
            await TrancheMoves.Follow(work, tranches.Single(each => each.No == gone.No), TrancheMove.CancelWithGrant, ct, "变更后不再拨付",
                (_, _) => Task.FromResult<IReadOnlyList<long>>([voucher]));
        }
    }
}
