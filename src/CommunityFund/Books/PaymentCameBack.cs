using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Books;

/// <summary>The bank gave back what a voucher had paid: whoever expected that payment expects it again.</summary>
/// <param name="Payment">The voucher that stands for the payment.</param>
/// <param name="Line">The bank line on which the money came back.</param>
[Consequence("payment-came-back", 1)]
internal sealed record PaymentCameBack(long Payment, long Line) : Consequence
{
    internal override Need Needs => Need.Any(Role.Accountant);

    internal override async Task Happen(Work work, CancellationToken ct)
    {
        foreach (Expectation met in await Met(work, Payment, ct))
        {
            await (Read(met.UndoMove)?.CameBack(work, Line, ct) ?? Task.CompletedTask);
        }
    }

    /// <summary>What the voucher has met.</summary>
    internal static Task<List<Expectation>> Met(Work work, long payment, CancellationToken ct) =>
        work.Db.Set<Expectation>().AsNoTracking().Where(row => row.BookId == work.Book && row.VoucherId == payment)
            .OrderBy(row => row.ExpectationId).ToListAsync(ct);
}

/// <summary>The voucher that said the money came back was reversed.</summary>
[Consequence("payment-stands", 1)]
internal sealed record PaymentStands(long Payment) : Consequence
{
    internal override Need Needs => Need.Person;

    /// <summary>A blue voucher that is posted with the red one says that the money came back all the same.</summary>
    internal override async Task Happen(Work work, CancellationToken ct)
    {
        string says = Write(this)!;
        if (await work.Db.Vouchers.AnyAsync(blue => blue.BookId == work.Book && blue.Kind == VoucherKind.Correction
                && blue.State == VoucherState.Prepared && blue.BundleId != null && blue.UndoMove == says, ct))
        {
            return;
        }

        foreach (Expectation met in await PaymentCameBack.Met(work, Payment, ct))
        {
            await (Read(met.UndoMove)?.StaysPaid(work, met.ExpectationId, ct) ?? Task.CompletedTask);
        }
    }

    internal override Task<(Draft Blue, Action<long> Stands)> Anew(Work work, Draft blue, CancellationToken ct) =>
        Task.FromResult((blue with { Undo = this }, (Action<long>)(_ => { })));
}
