namespace CommunityFund.Banking;

/// <summary>How files with one and the same header are read, as a person once said.</summary>
/// <param name="Fingerprint">Of the header's words.</param>
internal sealed record StatementProfile(string Name, string Fingerprint, StatementReading Reading);
