using CommunityFund.Books;
using CommunityFund.Ledger;

namespace CommunityFund.Grants.Money;

/// <summary>A part of a grant's money in one fund, in fen.</summary>
public sealed record FundUnits(int Fund, long Units);

/// <summary>The memorandum entry of a promise: Dr 9101 已批资助 / Cr 9102 承诺备抵 per fund; the other way round where it is paid or given up.
/// </summary>
internal static class CommitmentEntry
{
    private const string Promised = "commitments", Contra = "commitments-contra";

    public static async Task<JournalEntry> Of(Work work, NodaTime.LocalDate day, string what, long project, IEnumerable<FundUnits> parts,
        bool isEnd, CancellationToken ct)
    {
        Chart chart = await work.ChartOn(day, ct);
        EntryDraft draft = JournalEntry.On(day, what);
        Tags tags = new(Project: project);
        foreach (FundUnits part in parts.Where(part => part.Units > 0))
        {
            (string code, Amount amount) = ((await work.FundById(part.Fund, ct)).Code, Amount.Fen(part.Units));
            draft = isEnd
                ? draft.Debit(chart[Contra], code, amount, tags).Credit(chart[Promised], code, amount, tags)
                : draft.Debit(chart[Promised], code, amount, tags).Credit(chart[Contra], code, amount, tags);
        }

        return draft.Balanced();
    }
}
