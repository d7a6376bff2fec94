using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Applications;

/// <summary>A paper as the signed text names it: by the hash of its bytes.</summary>
public sealed record SignedPaper(string Name, string Sha256, bool IsOriginal);

/// <summary>
/// The whole of an application as it is signed: people by id, sections in their order, papers by their hashes. Written always in the same
/// way, so that its SHA-256 says whether a text is the one that was signed.
/// </summary>
public sealed record SignedText(
    int Form, long Round, string Title, string Community, long Lead, long FilledBy, NeedText Need, PurposeText Purpose, PlanText Plan,
    IndicatorText Indicators, TeamText Team, BudgetText Budget, IReadOnlyList<SignedPaper> Papers)
{
    /// <summary>The sections in their order.</summary>
    internal IReadOnlyList<SectionText> Sections => [Need, Purpose, Plan, Indicators, Team, Budget];

    internal string Write() => JsonSerializer.Serialize(this, CommandJson.Plain);

    internal static SignedText Read(string content) => JsonSerializer.Deserialize<SignedText>(content, CommandJson.Plain)!;

    internal static byte[] HashOf(string content) => SHA256.HashData(Encoding.UTF8.GetBytes(content));

    /// <summary>The application as it stands; gaps are empty.</summary>
    internal static async Task<SignedText> Of(Work work, GrantCase grant, CancellationToken ct)
    {
        Dictionary<SectionKind, SectionText> saved =
            (await GrantSection.Of(work, grant.GrantId, ct)).ToDictionary(row => row.Kind, row => row.Text);
        return new SignedText(1, grant.GrantRoundId, grant.Title, grant.Community, grant.LeadId, grant.FilledBy,
            Or(new NeedText([], "", "")), Or(new PurposeText("", "", 0)), Or(new PlanText([])), Or(new IndicatorText([])),
            Or(new TeamText(GroupKind.Committee, null, null, null, [])), Or(new BudgetText(Ledger.Amount.Fen(0), [])),
            await Enclosed(work, grant.GrantId, ct));

        T Or<T>(T empty)
            where T : SectionText => saved.TryGetValue(empty.Kind, out SectionText? text) ? (T)text : empty;
    }

    private static async Task<IReadOnlyList<SignedPaper>> Enclosed(Work work, long grant, CancellationToken ct) =>
    [
        .. (await (from paper in work.Db.Set<GrantPaper>().AsNoTracking()
                   join filed in work.Db.Set<FiledDocument>().AsNoTracking() on new { paper.BookId, paper.FiledDocumentId }
                       equals new { filed.BookId, filed.FiledDocumentId }
                   where paper.BookId == work.Book && paper.GrantId == grant && paper.RemovedBy == null
                   orderby paper.GrantPaperId
                   select new { filed.Name, filed.Sha256, paper.IsOriginal }).ToListAsync(ct))
            .Select(row => new SignedPaper(row.Name, Convert.ToHexStringLower(row.Sha256), row.IsOriginal)),
    ];
}
