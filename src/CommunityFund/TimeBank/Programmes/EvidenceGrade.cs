namespace CommunityFund.TimeBank.Programmes;

/// <summary>证据等级: how well it is proved that somebody served. It is given once and never changes.</summary>
public enum EvidenceGrade
{
    /// <summary>验证: signed in and out with the code of the place, and a second party confirmed.</summary>
    Verified,

    /// <summary>双方: kept by list, and a second party confirmed.</summary>
    TwoParty,

    /// <summary>补录: entered later from a signed sheet.</summary>
    BackEntered,

    /// <summary>历史: taken over from before the programme.</summary>
    Legacy,
}
