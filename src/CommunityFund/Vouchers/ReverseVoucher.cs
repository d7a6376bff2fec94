using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>
/// 红字冲销: a posted voucher of this year is undone by a red one. What it rested on, a bank line or a gift, is free to be
/// booked anew once another person has reviewed the red voucher. A payment that fulfilled a promise is undone together with the voucher
/// that relieved the promise, whichever of the two is named.
/// </summary>
/// <param name="IsAdjusting">It belongs to the adjusting period of that year.</param>
public sealed record ReverseVoucher(
    Guid Key, long Voucher, LocalDate On, [property: Personal] string Reason, bool IsAdjusting = false) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => PostedVoucher.NeedOf(work, Voucher, [], ct);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        PostedVoucher original = await PostedVoucher.Find(work, Voucher, ct);
        string reason = original.Checked(On, Reason, original.WhyNotRed(On.Year));
        List<Draft> red = [];
        IReadOnlyList<PostedVoucher> whole = await original.WithPromises(work, ct);
        foreach (PostedVoucher each in whole)
        {
            red.Add(await Red(work, each, On, each.Checked(On, reason, each.WhyNotRed(On.Year)), IsAdjusting, ct));
        }

        IReadOnlyList<long> bundle = await work.PrepareTogether(red, ct);
        return bundle[whole.ToList().FindIndex(each => each.Voucher.VoucherId == Voucher)];
    }

    internal static async Task<Draft> Red(
        Work work, PostedVoucher original, LocalDate on, string reason, bool isAdjusting, CancellationToken ct) =>
        new((await original.Entry(work, ct)).Reversed(on, original.Undoes(on, reason)), VoucherKind.Reversal,
            Corrects: original.Voucher.EntryNo, IsAdjusting: isAdjusting);
}
