using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Banking.Reconciling;

/// <summary>A reconciliation as it was prepared, and what may be done with it.</summary>
/// <param name="MayConfirm">Whether the person is another one who may sign.</param>
/// <param name="MayTakeBack">Whether it waits and is the person's own.</param>
/// <param name="MayAskUnlock">Whether it is the account's last lock and nobody has asked yet.</param>
/// <param name="MayAgreeUnlock">Whether somebody else has asked, and this person may agree.</param>
public sealed record ReconciliationView(
    long Id, ReconciliationState State, BankSheet Sheet, string Reason, string UnlockReason, Signature? UnlockAsked, Signature? Unlocked,
    bool MayConfirm, bool MayTakeBack, bool MayAskUnlock, bool MayAgreeUnlock, bool MayTakeUnlockBack);

/// <summary>One reconciliation, its items as they stood.</summary>
public sealed record ReconciliationPage(long Id) : Query<ReconciliationView>
{
    internal override Need Needs => Need.Any(BankLineList.Readers).ForWholeBook();

    internal override async Task<ReconciliationView> Answer(Work work, CancellationToken ct)
    {
        Reconciliation row = await work.Db.Set<Reconciliation>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.ReconciliationId == Id, ct)
            ?? throw new RefusedException(Reconciliation.Gone);
        List<ReconciliationItem> kept = await work.Db.Set<ReconciliationItem>().AsNoTracking()
            .Where(item => item.BookId == work.Book && item.ReconciliationId == Id).OrderBy(item => item.ItemNo).ToListAsync(ct);
        SheetItems.Left[] left =
            [.. kept.Select(item => new SheetItems.Left(item.BankLineId, item.VoucherId, item.OccurredOn.ToDateOnly(), item.Units))];
        var names = await PersonName.Of(work, [row.PreparedBy, row.DecidedBy, row.UnlockAskedBy, row.UnlockedBy], ct);
        BankSheet sheet = await WorkingSheet.Of(
            work, row.BankAccountId, row.StatementDay, Amount.Fen(row.StatementUnits), row.FromPaper,
            await SheetItems.Tell(work, left, row.StatementDay, withPairs: false, ct), ct);
        bool signs = work.Rights.ReachesAll(Reconciliation.Signers);
        bool isLast = row.State == ReconciliationState.Locked
            && (await WorkingSheet.Last(work, row.BankAccountId, ct))!.ReconciliationId == row.ReconciliationId;
        return new ReconciliationView(
            row.ReconciliationId, row.State,
            sheet with
            {
                Booked = Amount.Fen(row.BookedUnits),
                Preparer = new Signature(names[row.PreparedBy], row.PreparedAt),
                Confirmer = row.State is ReconciliationState.Locked or ReconciliationState.Unlocked
                    ? Signed(row.DecidedBy, row.DecidedAt) : null,
            },
            row.Reason, row.UnlockReason, Signed(row.UnlockAskedBy, row.UnlockAskedAt), Signed(row.UnlockedBy, row.UnlockedAt),
            signs && row.State == ReconciliationState.Prepared && row.PreparedBy != work.Actor,
            signs && row.State == ReconciliationState.Prepared && row.PreparedBy == work.Actor,
            signs && isLast && row.UnlockAskedBy is null, signs && isLast && row.UnlockAskedBy is { } asked && asked != work.Actor,
            signs && isLast && row.UnlockAskedBy == work.Actor && row.UnlockAskedBy is not null);

        Signature? Signed(long? person, Instant? at) => person is { } id && at is { } when ? new Signature(names[id], when) : null;
    }
}
