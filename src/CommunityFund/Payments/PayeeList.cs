using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Payments;

/// <summary>Somebody who is paid, with the account that counts and those before it.</summary>
/// <param name="CoolsUntil">Until then nothing is paid to the account, which took another's place; null if it has cooled.</param>
public sealed record PayeeItem(
    long PayeeId, string Name, PersonKind Kind, long AccountId, string Number, string BankName, string Holder, string AddedBy, Instant AddedAt,
    string? CheckedBy, Instant? CheckedAt, Instant? CoolsUntil, int Before, bool MayCheck);

/// <summary>The register of those who are paid.</summary>
public sealed record PayeeList : Query<IReadOnlyList<PayeeItem>>
{
    internal override Need Needs => Need.Any(Paying.Readers).ForWholeBook();

    internal override async Task<IReadOnlyList<PayeeItem>> Answer(Work work, CancellationToken ct)
    {
        List<PayeeAccount> all = await work.Db.Set<PayeeAccount>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderBy(row => row.PayeeAccountId).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, all.SelectMany(row => new[] { row.PayeeId, row.HolderId, row.AddedBy, row.CheckedBy }), ct);
        long[] payees = [.. all.Select(row => row.PayeeId).Distinct()];
        Dictionary<long, PersonKind> kinds = await work.Db.People.AsNoTracking().Where(person => payees.Contains(person.PersonId))
            .ToDictionaryAsync(person => person.PersonId, person => person.Kind, ct);
        bool checks = work.Rights.ReachesAll(Paying.Checking);
        return
        [
            .. all.Where(row => row.EndedAt is null).Select(row => new PayeeItem(
                row.PayeeId, names[row.PayeeId], kinds[row.PayeeId], row.PayeeAccountId,
                Paying.Shown(work, row.Number), row.BankName, names[row.HolderId],
                names[row.AddedBy], row.AddedAt, row.CheckedBy is { } by ? names[by] : null, row.CheckedAt, Cools(work, all, row),
                all.Count(other => other.PayeeId == row.PayeeId && other.EndedAt is not null),
                checks && row.CheckedAt is null && row.AddedBy != work.Actor && row.PayeeId != work.Actor))
                .OrderBy(item => item.CheckedAt is null ? 0 : 1).ThenBy(item => item.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>As the database will judge it.</summary>
    internal static Instant? Cools(Work work, IEnumerable<PayeeAccount> all, PayeeAccount account)
    {
        Instant until = account.AddedAt + Duration.FromHours(PayeeAccount.CoolingHours);
        return until > work.Now && all.Any(other => other.PayeeId == account.PayeeId && other.PayeeAccountId < account.PayeeAccountId
            && other.Number != account.Number) ? until : null;
    }
}
