namespace CommunityFund.Books;

/// <summary>An entry whose leaf is not that of what is read now.</summary>
internal sealed record OtherLeaf(long EntryNo, long VoucherId);
