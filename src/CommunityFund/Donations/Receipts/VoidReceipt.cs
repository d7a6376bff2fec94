using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Donations.Receipts;

/// <summary>
/// An official receipt is taken back: a paper one marked 作废 with all its copies kept, an electronic one by a red one in the fiscal
/// system. Its number stays used.
/// </summary>
/// <param name="RedNumber">Number of the red receipt, of the same code; empty if there is none.</param>
public sealed record VoidReceipt(
    Guid Key, long Receipt, LocalDate VoidedOn, [property: Personal] string Reason, bool CopiesKept, string RedNumber = "") : Command<Done>(Key)
{
    /// <summary>Not all copies of a paper receipt are there, so somebody may still use one.</summary>
    public const string CopiesMissing = "receipt.copies-missing";

    /// <summary>It would be taken back before it was made out.</summary>
    public const string BeforeIssue = "receipt.before-issue";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(ReceiptKeeping.Keeping).ForWholeBook());

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        OfficialReceipt receipt = await OfficialReceipt.Lock(work, Receipt, ct);
        TakeBack(work, receipt, ReceiptState.Void, VoidedOn, Reason, CopiesKept, RedNumber, await IsPaper(work, Receipt, ct));
        return Done.It;
    }

    internal static void TakeBack(
        Work work, OfficialReceipt receipt, ReceiptState state, LocalDate on, string reason, bool copiesKept, string red, bool isPaper)
    {
        if (isPaper && !copiesKept)
        {
            throw new RefusedException(CopiesMissing, ("number", receipt.Number));
        }

        if (on < receipt.IssuedOn)
        {
            throw new RefusedException(BeforeIssue, ("day", on), ("issued", receipt.IssuedOn));
        }

        if (on > work.Today)
        {
            throw new RefusedException(ReceiptKeeping.InTheFuture, ("day", on));
        }

        (receipt.State, receipt.VoidedOn, receipt.VoidedBy, receipt.VoidedAt, receipt.Reason, receipt.CopiesKept, receipt.RedNumber) = (
            state, on, work.ActorId, work.Now, ReceiptKeeping.Reason(reason), copiesKept,
            PlainText.Of(red).Length == 0 ? null : ReceiptKeeping.Number(red));
    }

    internal static async Task<bool> IsPaper(Work work, long receipt, CancellationToken ct)
    {
        OfficialReceipt row = await work.Db.Set<OfficialReceipt>().SingleAsync(row =>
            row.BookId == work.Book && row.OfficialReceiptId == receipt, ct);
        return await ReceiptKeeping.IsInRange(work, row.Code, row.Number, ct, onlyPaper: true);
    }
}
