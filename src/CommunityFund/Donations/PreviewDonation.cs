using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Donations;

/// <summary>A line of the entry as it would be written.</summary>
public sealed record PreviewLine(string AccountCode, string Account, Side Side, Amount Amount, Restriction? Restriction, string Fund);

/// <summary>What recording a gift would write, and what will bind it.</summary>
/// <param name="Clause">The words of its lot; empty if nothing limits it.</param>
public sealed record GiftPreview(
    NodaTime.LocalDate BookedOn, string Narrative, IReadOnlyList<PreviewLine> Lines, string Clause, string Fund,
        Amount Amount, Restriction Restriction);

/// <summary>The entry that a gift would make, before anything is written; the same code makes it when it is recorded.</summary>
public sealed record PreviewDonation(RecordDonation Gift) : Query<GiftPreview>
{
    internal override Need Needs => Need.Any(Role.Accountant).For(Gift.Fund);

    internal override async Task<GiftPreview> Answer(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Gift.Fund, ct);
        var (_, clause) = await (Gift.Terms ?? GiftTerms.None).Checked().Bind(work, fund, Gift.Restriction, Gift.Clause, Gift.Clauses ?? [], ct);
        Counterparty.KeepOut(RecordDonation.DonorInNarrative, Gift.DonorKind, Gift.Donor, Gift.Narrative);
        JournalEntry entry = await Gift.Entry(work, fund, null, clause, ct);
        Chart chart = await work.ChartOn(entry.OccurredOn, ct);
        return new GiftPreview(
            entry.OccurredOn, entry.Narrative,
            [
                .. entry.Lines.Select(line => new PreviewLine(line.Account.Code, chart.PathOf(chart.Find(line.Account.Key)!), line.Side,
                    line.Amount, line.Tags.Restriction, line.Fund)),
            ], clause, fund.Name, Gift.Amount, Gift.Restriction);
    }
}
