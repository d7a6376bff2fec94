using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>
/// 更正以前年度差错: one blue voucher of this year puts right what was wrong in an earlier one. Income and expense of that
/// year are in net assets by now: 3101/3102 for the prior year under the standard of 2004, 3201 under that of 2026.
/// </summary>
public sealed record CorrectEarlierYear(
    Guid Key, long Voucher, LocalDate On, [property: Personal] string Reason, IReadOnlyList<VoucherRow> Rows) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        PostedVoucher.NeedOf(work, Voucher, Rows.Select(row => row.Fund), ct);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        PostedVoucher original = await PostedVoucher.Find(work, Voucher, ct);
        string reason = original.Checked(On, Reason, original.WhyNotBlueAlone(On.Year));
        await original.RefuseIfPromised(work, RegisterUndone.OfEarlierYear, ct);
        if (Consequence.Read(original.Voucher.UndoMove) is { } undone)
        {
            await undone.PutRightLater(work, ct);
        }

        JournalEntry blue = await WrittenEntry.Of(
            work, On, original.PutsRight(On, reason), Rows, ct, original.Lines, MovementKind.PriorYear);
        return await work.Prepare(new Draft(blue, VoucherKind.Correction, Corrects: original.Voucher.EntryNo), ct);
    }
}
