namespace CommunityFund.TimeBank.Units;

/// <summary>What an entry in hours or points does; each kind has its own accounts, and the database knows no others.</summary>
public enum UnitKind
{
    /// <summary>Confirmed hours go to whoever served; beyond the cap of what may be stored, to the pool.</summary>
    HoursEarned,

    /// <summary>Start hours for an elder, which nobody has served.</summary>
    HoursStarted,

    /// <summary>转赠.</summary>
    HoursGiven,

    /// <summary>捐入时间池.</summary>
    HoursDonated,

    /// <summary>From the pool to an elder.</summary>
    HoursAllotted,

    /// <summary>支取: a service was received, time for time.</summary>
    HoursUsed,

    /// <summary>Points for confirmed hours.</summary>
    PointsEarned,

    /// <summary>Spoken for by a redemption.</summary>
    PointsReserved,

    /// <summary>What was reserved is handed out.</summary>
    PointsRedeemed,

    /// <summary>Nobody used them in time.</summary>
    PointsExpired,
}
