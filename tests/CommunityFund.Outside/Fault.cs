namespace CommunityFund.Outside;

/// <summary>Something that is not as it was acknowledged, by name.</summary>
public sealed record Fault(string Name, string Detail)
{
    public const string
        Missing = "missing",
        Number = "number",
        Amount = "amount",
        Doubled = "doubled",
        NeverSent = "never sent",
        Gap = "gap in a series",
        Position = "gap in the positions",
        Unbalanced = "unbalanced",
        Incomplete = "header and lines differ",
        NotAsReviewed = "not as reviewed",
        Balance = "balance drift",
        FundPosition = "fund position drift",
        OwnReview = "maker is reviewer",
        Log = "command log",
        Shown = "page shows otherwise";

    public override string ToString() => $"{Name}: {Detail}";
}
