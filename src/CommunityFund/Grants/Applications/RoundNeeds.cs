using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using NodaTime;

namespace CommunityFund.Grants.Applications;

/// <summary>What the round asks of its applications.</summary>
internal static class RoundNeeds
{
    /// <summary>Nobody else has opened the round yet, or it was dropped.</summary>
    public const string NotAgreed = "round.not-agreed";

    /// <summary>The first day of application is still to come.</summary>
    public const string NotYet = "round.not-yet";

    /// <summary>The last day of application is over.</summary>
    public const string Over = "round.over";

    public static Refusal? IsOpen(GrantFacts facts) => WhyClosed(facts.Round, facts.Today);

    /// <summary>Why nobody applies in the round on a day of the server, or null if it is open; the last day counts to its end.</summary>
    public static Refusal? WhyClosed(GrantRound round, LocalDate today) =>
        round.State != RegisterState.Agreed ? Of(NotAgreed, ("title", round.Title))
        : today < round.OpensOn ? Of(NotYet, ("title", round.Title), ("opens", round.OpensOn))
        : today > round.ClosesOn ? Of(Over, ("title", round.Title), ("closes", round.ClosesOn))
        : null;

    private static Refusal Of(string code, params (string Name, object? Value)[] facts) =>
        new(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value));
}
