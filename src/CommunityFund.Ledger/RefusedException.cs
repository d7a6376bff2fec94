namespace CommunityFund.Ledger;

/// <summary>Thrown where a rule of the foundation says no; each shell catches it once and shows the words.</summary>
public sealed class RefusedException : Exception
{
    /// <summary>Refuses with a code and named facts.</summary>
    public RefusedException(string code, params (string Name, object? Value)[] facts)
        : this(new Refusal(code, facts.ToDictionary(fact => fact.Name, fact => fact.Value)))
    {
    }

    /// <summary>Refuses with a refusal made elsewhere.</summary>
    public RefusedException(Refusal refusal)
        : base($"{refusal.Code} {string.Join(", ", refusal.Facts.Select(fact => $"{fact.Key}={fact.Value}"))}") =>
        Refusal = refusal;

    /// <summary>The rule and its facts.</summary>
    public Refusal Refusal { get; }
}
