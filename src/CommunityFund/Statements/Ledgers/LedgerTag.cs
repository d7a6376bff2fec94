using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Statements;

/// <summary>A counterparty or a project whose lines are asked for. Several counterparties may have one name.</summary>
internal sealed record LedgerTag(string? Counterparty, long[] Counterparties, long? Project)
{
    public LedgerTagName? Name => Counterparty is null && Project is null ? null : new LedgerTagName(Counterparty, Project);

    /// <summary>Finds a counterparty by name, or by number behind a #, as links write it.</summary>
    /// <exception cref="RefusedException">Nobody is called so on any line of the book within the person's reach.</exception>
    public static async Task<LedgerTag> Of(LedgerScope scope, string? typed, long? project, CancellationToken ct)
    {
        Work work = scope.Work;
        string text = (typed ?? "").Trim();
        if (text.Length == 0)
        {
            return new LedgerTag(null, [], project);
        }

        // Names belong to the whole installation: whom no line within reach names is not known here.
        long id = long.TryParse(text.TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
        int[] funds = [.. work.Rights.FundsOf(StatementFunds.Readers)], accounts = scope.Ids(null);
        List<Person> found = await work.Db.People.AsNoTracking()
            .Where(person => (text.StartsWith('#') ? person.PersonId == id : person.Name == text)
                && work.Db.Postings.Any(line => line.BookId == work.Book && accounts.Contains(line.AccountId)
                                                && line.CounterpartyId == person.PersonId && funds.Contains(line.FundId)))
            .ToListAsync(ct);
        return found.Count > 0 ? new LedgerTag(found[0].Name, [.. found.Select(person => person.PersonId)], project)
            : throw new RefusedException(LedgerHead.UnknownCounterparty, ("typed", text));
    }

    public IQueryable<LedgerLine> Among(IQueryable<LedgerLine> lines)
    {
        IQueryable<LedgerLine> named = Counterparty is null ? lines
            : lines.Where(line => line.CounterpartyId != null && Counterparties.Contains(line.CounterpartyId.Value));
        return Project is { } project ? named.Where(line => line.ProjectId == project) : named;
    }
}
