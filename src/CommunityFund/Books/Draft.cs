using CommunityFund.Ledger;

namespace CommunityFund.Books;

/// <summary>A voucher about to be prepared: the entry and what hangs on it.</summary>
/// <param name="Entry">The balanced entry.</param>
/// <param name="Bank">The bank lines it rests on; what it moves through their accounts is what they say.</param>
/// <param name="Documents">What proves it, in order.</param>
/// <param name="Then">What follows when it is posted.</param>
/// <param name="Otherwise">What follows when it is rejected or withdrawn.</param>
/// <param name="Undo">What follows when it is posted and later reversed.</param>
/// <param name="Corrects">The entry that a reversal or correction puts right.</param>
/// <param name="Clauses">Clauses that the restricted gift is under beside those of its whole fund; a blue voucher that leaves them
/// open keeps those of the voucher it puts right.</param>
/// <param name="Lots">The lots it draws on, where they are not simply the oldest that serve.</param>
/// <param name="IsAdjusting">It belongs to the adjusting period after December, whose day is 31 December.</param>
public sealed record Draft(
    JournalEntry Entry, VoucherKind Kind = VoucherKind.Ordinary, IReadOnlyList<BankPart>? Bank = null,
    IReadOnlyList<Enclosure>? Documents = null,
    Consequence? Then = null, Consequence? Otherwise = null, Consequence? Undo = null, long? Corrects = null,
    IReadOnlyList<long>? Clauses = null, bool IsAdjusting = false, IReadOnlyList<LotDraw>? Lots = null)
{
    internal IEnumerable<Consequence> Consequences => new[] { Then, Otherwise, Undo }.OfType<Consequence>();
}
