using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Books;

/// <summary>Who gave or was paid, by name: one row per name and kind, however often they come.</summary>
public static class Counterparty
{
    /// <summary>The name is too long.</summary>
    public const string BadName = "counterparty.bad-name";

    private const int LongestName = 100;

    /// <summary>
    /// A posted narrative stays for good, and a person's name must be able to go: it stands with the party alone. A name of
    /// one character is left be, for it is in too many words; one of letters counts only as a whole word.
    /// </summary>
    internal static void KeepOut(string code, PersonKind kind, string named, string narrative)
    {
        string name = PlainText.Of(named);
        if (kind == PersonKind.Person && name.Length > 1 && Mentions(PlainText.Of(narrative), name))
        {
            throw new RefusedException(code, ("name", name));
        }
    }

    private static bool Mentions(string text, string name)
    {
        for (int at = Find(0); at >= 0; at = Find(at + 1))
        {
            int end = at + name.Length;
            bool goesOnBefore = at > 0 && char.IsAsciiLetter(text[at - 1]) && char.IsAsciiLetter(name[0]);
            bool goesOnAfter = end < text.Length && char.IsAsciiLetter(text[end]) && char.IsAsciiLetter(name[^1]);
            if (!goesOnBefore && !goesOnAfter)
            {
                return true;
            }
        }

        return false;

        int Find(int from) => text.IndexOf(name, from, StringComparison.OrdinalIgnoreCase);
    }

    /// <returns>Null if nobody is named.</returns>
    internal static async Task<long?> FindOrAdd(Work work, PersonKind kind, string named, CancellationToken ct)
    {
        string name = PlainText.Of(named);
        if (name.Length == 0)
        {
            return null;
        }

        if (name.Length > LongestName)
        {
            throw new RefusedException(BadName, ("limit", LongestName));
        }

        // Two forms that name the same new donor at once would else make two of them.
        await work.Db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('person'), hashtext({name}) & 255)", ct);
        long known = await work.Db.People.Where(person => person.Name == name && person.Kind == kind)
            .OrderBy(person => person.PersonId).Select(person => person.PersonId).FirstOrDefaultAsync(ct);
        if (known != 0)
        {
            return known;
        }

        Person person = new() { Kind = kind, Name = name, CreatedAt = work.Now };
        work.Db.Add(person);
        await work.Db.SaveChangesAsync(ct);
        return person.PersonId;
    }

    /// <summary>Many at once, in a few statements.</summary>
    /// <returns>One for each, in order; null where nobody is named.</returns>
    internal static async Task<long?[]> FindOrAddAll(Work work, IReadOnlyList<(PersonKind Kind, string Named)> parties, CancellationToken ct)
    {
        (PersonKind Kind, string Name)[] wanted = [.. parties.Select(party => (party.Kind, PlainText.Of(party.Named)))];
        if (wanted.Any(party => party.Name.Length > LongestName))
        {
            throw new RefusedException(BadName, ("limit", LongestName));
        }

        // The locks of one at a time, in order and no more than there are: thousands would fill the table of locks.
        string[] names = [.. wanted.Select(party => party.Name).Where(name => name.Length > 0).Distinct()];
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            select pg_advisory_xact_lock(hashtext('person'), bucket)
              from (select distinct hashtext(name) & 255 as bucket from unnest({names}) name order by 1) x
            """,
            ct);
        Dictionary<(PersonKind, string), long> known = (await work.Db.People.AsNoTracking().Where(person => names.Contains(person.Name))
                .Select(person => new { person.Kind, person.Name, person.PersonId }).ToListAsync(ct))
            .GroupBy(person => (person.Kind, person.Name)).ToDictionary(same => same.Key, same => same.Min(person => person.PersonId));
        List<Person> added = [.. wanted.Where(party => party.Name.Length > 0 && !known.ContainsKey(party)).Distinct()
            .Select(party => new Person { Kind = party.Kind, Name = party.Name, CreatedAt = work.Now })];
        work.Db.AddRange(added);
        await work.Db.SaveChangesAsync(ct);
        foreach (Person person in added)
        {
            known[(person.Kind, person.Name)] = person.PersonId;
            work.Db.Entry(person).State = EntityState.Detached;
        }

        return [.. wanted.Select(party => party.Name.Length == 0 ? (long?)null : known[party])];
    }
}
