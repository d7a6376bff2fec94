namespace CommunityFund.Web.Shell;

/// <summary>What a list says while it has no rows: what will stand here, and the link that does the first thing.</summary>
public sealed record EmptyState(string Text, string? Next = null, string? Href = null);
