using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Exports;

/// <summary>A fund that an export is confined to.</summary>
/// <param name="IsTop">Whether the fund it stands under is not among them.</param>
public sealed record ExportedFund(int FundId, string Code, string Name, bool IsTop);

/// <summary>A role by which somebody takes away the books of some funds.</summary>
/// <param name="Until">The role's last day.</param>
internal sealed record PartRole(Role Role, string FundCode, string FundName, LocalDate? Until);

/// <summary>
/// The books of some funds, for a reader whose roles reach only these. Entries balance within every fund, so the lines of some are books of
/// their own; an entry that touches other funds as well gives its own lines and none of its words.
/// </summary>
/// <param name="Reader">Whose roles.</param>
internal sealed record ExportPart(IReadOnlyList<ExportedFund> Funds, string Reader, IReadOnlyList<PartRole> Roles)
{
    private readonly HashSet<string> _codes = [.. Funds.Select(fund => fund.Code)];

    public IEnumerable<ExportedFund> Tops => Funds.Where(fund => fund.IsTop);

    /// <summary>Null for whoever reads the whole book.</summary>
    public static async Task<ExportPart?> Of(Work work, CancellationToken ct)
    {
        if (work.Rights.ReachesAll(ExportBook.Readers))
        {
            return null;
        }

        HashSet<int> reached = [.. work.Rights.FundsOf(ExportBook.Readers)];
        IReadOnlyList<Fund> all = await work.Funds(ct);
        Dictionary<int, Fund> known = all.ToDictionary(fund => fund.FundId);
        LocalDate today = work.Today;
        List<RoleGrant> held = await work.Db.Set<RoleGrant>().AsNoTracking()
            .Where(grant => grant.BookId == work.Book && grant.PersonId == work.ActorId && ExportBook.Readers.Contains(grant.Role)
                && grant.ValidFrom <= today && (grant.ValidUntil == null || grant.ValidUntil >= today))
            .OrderBy(grant => grant.RoleGrantId).ToListAsync(ct);
        return new ExportPart(
            [
                .. all.Where(fund => reached.Contains(fund.FundId)).OrderBy(fund => fund.Code, StringComparer.Ordinal).Select(fund =>
                    new ExportedFund(fund.FundId, fund.Code, fund.Name, fund.ParentId is not { } above || !reached.Contains(above))),
            ],
            (await PersonName.Of(work, [work.ActorId], ct))[work.ActorId],
            [.. held.Select(grant => new PartRole(grant.Role, known[grant.FundId!.Value].Code, known[grant.FundId.Value].Name, grant.ValidUntil))]);
    }

    /// <summary>Whose part it is and by which roles, in the language of the reader.</summary>
    public string Whose(Words words) => words["export.part.whose", Reader, Roles.Select(held =>
        held.Until is { } day ? words["export.part.role-until", held.Role, held.FundCode, held.FundName, day].Value
            : words["export.part.role", held.Role, held.FundCode, held.FundName].Value).ToArray()];

    /// <summary>The funds by code and name.</summary>
    public IReadOnlyList<string> Named => [.. Funds.Select(fund => $"{fund.Code} {fund.Name}")];

    /// <summary>Whether an entry lies wholly in the funds.</summary>
    public bool Holds(CanonicalEntry entry) => entry.Lines.All(line => line.Fund is { } code && _codes.Contains(code));
}
