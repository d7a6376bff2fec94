using CommunityFund.Books;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>制单: an accountant writes a voucher by hand; it waits until another person has reviewed it.</summary>
/// <param name="IsAdjusting">It belongs to the adjusting period after December.</param>
public sealed record PrepareVoucher(
    Guid Key, LocalDate OccurredOn, [property: Personal] string Narrative, IReadOnlyList<VoucherRow> Rows,
    IReadOnlyList<Enclosure>? Documents = null, bool IsAdjusting = false) : Command<long>(Key)
{
    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Accountant).For(Rows.Select(row => row.Fund)));

    internal override async Task<long> Apply(Work work, CancellationToken ct) =>
        await work.Prepare(new Draft(await WrittenEntry.Of(work, OccurredOn, Narrative, Rows, ct), Documents: Documents,
            IsAdjusting: IsAdjusting), ct);
}
