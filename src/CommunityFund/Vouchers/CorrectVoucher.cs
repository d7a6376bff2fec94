using CommunityFund.Books;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Vouchers;

/// <summary>
/// 更正: a posted voucher of this year is undone in red and written anew in blue. Both are one bundle: reviewed, posted or
/// sent back together, so that what the red gives back the blue may take.
/// </summary>
/// <param name="IsAdjusting">Both belong to the adjusting period of that year.</param>
public sealed record CorrectVoucher(
    Guid Key, long Voucher, LocalDate On, [property: Personal] string Reason, IReadOnlyList<VoucherRow> Rows, bool IsAdjusting = false)
    : Command<long>(Key)
{
    /// <summary>The blue says what the original said.</summary>
    public const string NothingChanged = "correction.nothing-changed";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        PostedVoucher.NeedOf(work, Voucher, Rows.Select(row => row.Fund), ct);

    /// <returns>The blue voucher; its page shows the red one too.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        PostedVoucher original = await PostedVoucher.Find(work, Voucher, ct);
        string reason = original.Checked(On, Reason, original.WhyNotRed(On.Year));
        await original.RefuseIfPromised(work, RegisterUndone.RecordAnew, ct);
        JournalEntry blue = await WrittenEntry.Of(work, On, original.PutsRight(On, reason), Rows, ct, original.Lines);
        if (IsSame(blue, await original.Entry(work, ct)))
        {
            throw new RefusedException(NothingChanged);
        }

        // The documents prove the business as it really was, so the blue voucher carries them on.
        Draft draft = new(blue, VoucherKind.Correction,
            Documents: [.. original.Voucher.DocumentHashes.Select(hash => Enclosure.Of(hash, shared: true))],
            Corrects: original.Voucher.EntryNo, IsAdjusting: IsAdjusting);
        Action<long> stands = _ => { };
        if (Consequence.Read(original.Voucher.UndoMove) is { } undone)
        {
            (draft, stands) = await undone.Anew(work, draft, ct);
        }

        Draft red = await ReverseVoucher.Red(work, original, On, reason, IsAdjusting, ct);
        IReadOnlyList<long> bundle = await work.PrepareTogether([red, draft], ct);
        stands(bundle[1]);
        return bundle[1];
    }

    /// <summary>Line by line the same, whatever the words.</summary>
    private static bool IsSame(JournalEntry blue, JournalEntry was) =>
        blue.Lines.Select(line => line with { Tags = line.Tags with { Clause = null, Narrative = null } })
            .SequenceEqual(was.Lines.Select(line => line with { Tags = line.Tags with { Clause = null } }))
        && blue.Lines.All(line => line.Tags.Narrative is null);
}
