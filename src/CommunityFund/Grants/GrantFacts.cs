using System.Text.Json;
using CommunityFund.Books;
using CommunityFund.Grants.Applications;
using CommunityFund.Grants.Awards;
using CommunityFund.Grants.Closings;
using CommunityFund.Grants.Endings;
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

    /// <summary>Its money, once it runs.</summary>
    public EndingFacts Ending { get; init; } = new();

    /// <summary>How far its closing has come.</summary>
    public ClosingFacts Closing { get; init; } = new();

    internal static async Task<GrantFacts> Of(Work work, GrantCase grant, CancellationToken ct, string? reason = null, string? clause = null)
    {
        GrantRound round = await work.Db.Set<GrantRound>().AsNoTracking()
            .SingleAsync(row => row.BookId == work.Book && row.GrantRoundId == grant.GrantRoundId, ct);
        return new GrantFacts(grant, round, work.Today, work.Now, reason, clause, await ApplicationFacts.Of(work, grant, ct),
            await MeetingFacts.Of(work, grant, ct), await AwardFacts.Of(work, grant, ct))
        {
            Bans = await BanFacts.Of(work, [.. await grant.People(work, ct), .. await Carrier(work, grant, ct)], ct),
            Ending = await EndingFacts.Of(work, grant, ct),
            Closing = await ClosingFacts.Of(work, grant, ct),
        };
    }

    /// <summary>Who carries the project out, as long as it is asked whether they may apply: their ban is the application's too.</summary>
    private static async Task<long[]> Carrier(Work work, GrantCase grant, CancellationToken ct) =>
        grant.State <= GrantState.UnderScreening && (await GrantSection.Team(work, grant.GrantId, ct))?.Organisation is { } carrier ? [carrier] : [];

    /// <summary>As the log keeps them: ids, days and amounts, no names.</summary>
    internal string Logged() => JsonSerializer.Serialize(
        new
        {
            grant = Grant.GrantId,
            requested = Grant.Requested,
            application = Application,
            bans = Bans,
            meeting = Meeting,
            award = Award,
            ending = Ending,
            closing = Closing,
        }, CommandJson.Plain);
}
