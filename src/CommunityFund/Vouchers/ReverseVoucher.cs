using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>
/// 红字冲销: a posted voucher of this year is undone by a red one. What it rested on, a bank line or a gift, is free to be
/// booked anew once another person has reviewed the red voucher.
/// </summary>
public sealed record ReverseVoucher(Guid Key, long Voucher, LocalDate On, [property: Personal] string Reason) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => PostedVoucher.NeedOf(work, Voucher, [], ct);

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        PostedVoucher original = await PostedVoucher.Find(work, Voucher, ct);
        string reason = original.Checked(On, Reason, original.WhyNotRed(On.Year));
        return await work.Prepare(await Red(work, original, On, reason, ct), ct);
    }

    internal static async Task<Draft> Red(Work work, PostedVoucher original, LocalDate on, string reason, CancellationToken ct) =>
        new((await original.Entry(work, ct)).Reversed(on, original.Undoes(on, reason)), VoucherKind.Reversal,
            Corrects: original.Voucher.EntryNo);
}
