using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Meetings;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants;

/// <summary>What is known of a case when a move is asked for: read under the case's lock where the move is made, without it where a page only
/// asks what is open.</summary>
/// <param name="Reason">What was typed for the move; null where nobody has typed yet, so that needs about words do not speak.</param>
/// <param name="Clause">The clause typed for the move; null as above.</param>
public sealed record GrantFacts(
    GrantCase Grant, GrantRound Round, LocalDate Today, Instant Now, string? Reason, string? Clause,
    ApplicationFacts Application, MeetingFacts Meeting, AwardFacts Award)
{
    /// <summary>What is held against the people of the case.</summary>
    public BanFacts Bans { get; init; } = BanFacts.None;

    internal static async Task<GrantFacts> Of(Work work, GrantCase grant, CancellationToken ct, string? reason = null, string? clause = null)
    {
        GrantRound round = await work.Db.Set<GrantRound>().AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.GrantRoundId == grant.GrantRoundId, ct);
        return new GrantFacts(grant, round, work.Today, work.Now, reason, clause, await ApplicationFacts.Of(work, grant, ct),
            await MeetingFacts.Of(work, grant, ct), await AwardFacts.Of(work, grant, ct))
        {
            Bans = await BanFacts.Of(work, [.. await grant.People(work, ct)], ct),
        };
    }

    /// <summary>As the log keeps them: ids, days and amounts, no names.</summary>
    internal string Logged() => JsonSerializer.Serialize(
        new { grant = Grant.GrantId, requested = Grant.Requested, application = Application, bans = Bans, meeting = Meeting, award = Award },
        CommandJson.Plain);
}
