namespace CommunityFund.Ledger;

/// <summary>
/// Whether donor, law or grantor limits time or purpose (限定性) or not. A board's own designation is not a restriction
/// (财会〔2004〕7号 第五十六条).
/// </summary>
public enum Restriction
{
    /// <summary>非限定性.</summary>
    Unrestricted,

    /// <summary>限定性.</summary>
    Restricted,
}
