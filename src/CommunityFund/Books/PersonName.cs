using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Books;

/// <summary>Names for ids: how every feature shows people without keeping their names.</summary>
public static class PersonName
{
    internal static async Task<IReadOnlyDictionary<long, string>> Of(Work work, IEnumerable<long?> people, CancellationToken ct)
    {
        long[] ids = [.. people.OfType<long>().Distinct()];
        return await work.Db.People.Where(person => ids.Contains(person.PersonId))
            .ToDictionaryAsync(person => person.PersonId, person => person.Name, ct);
    }
}
