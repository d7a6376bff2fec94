using CommunityFund.Books;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.People;

/// <summary>Somebody came in, went out, or tried to.</summary>
/// <param name="Name">Null where nobody of that name signs in here.</param>
public sealed record SignInItem(Instant At, string? Name, string Outcome, string UserAgent, string Address);

/// <summary>One page of the sign-in log.</summary>
public sealed record SignInItems(IReadOnlyList<SignInItem> Items, int Total);

/// <summary>Sign-ins of this book's people, and tries under names that nobody has.</summary>
/// <param name="Page">From 1.</param>
public sealed record SignInLogList(long? Person, LocalDate? From, LocalDate? Until, int Page, int PageSize = 50) : Query<SignInItems>
{
    internal override Need Needs => Need.Any(OperationLog.Readers).ForWholeBook();

    internal override async Task<SignInItems> Answer(Work work, CancellationToken ct)
    {
        DateTimeZone zone = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];
        Instant from = (From ?? new LocalDate(2000, 1, 1)).AtStartOfDayInZone(zone).ToInstant();
        Instant until = (Until ?? new LocalDate(2200, 1, 1)).PlusDays(1).AtStartOfDayInZone(zone).ToInstant();
        var people = await Roster.Of(work).Select(login => new { login.Id, login.PersonId })
            .ToDictionaryAsync(row => row.Id, row => row.PersonId, ct);
        long?[] logins = [.. people.Where(row => Person is null || row.Value == Person).Select(row => (long?)row.Key)];
        IQueryable<SignInLog> log = work.Db.Set<SignInLog>().AsNoTracking().Where(row => row.HappenedAt >= from
            && row.HappenedAt < until && (logins.Contains(row.LoginId) || (row.LoginId == null && Person == null)));
        int skip = (int)Math.Min((Math.Max(1, Page) - 1L) * PageSize, int.MaxValue);
        List<SignInLog> rows = await log.OrderByDescending(row => row.SignInLogId).Skip(skip).Take(PageSize).ToListAsync(ct);
        var names = await PersonName.Of(work, rows.Select(row => row.LoginId is { } login ? people[login] : (long?)null), ct);
        return new SignInItems(
            [
                .. rows.Select(row => new SignInItem(row.HappenedAt, row.LoginId is { } login ? names[people[login]] : null, row.Outcome,
                    row.UserAgent, row.Address)),
            ],
            await log.CountAsync(ct));
    }
}
