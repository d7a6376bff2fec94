using CommunityFund.Ledger;

namespace CommunityFund.Grants.Awards;

/// <summary>What a fund of the pool gives.</summary>
public sealed record FundShare(int Fund, Amount Amount);
