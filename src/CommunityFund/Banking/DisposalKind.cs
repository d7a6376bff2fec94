namespace CommunityFund.Banking;

/// <summary>What a bank line may become.</summary>
public enum DisposalKind
{
    /// <summary>Money given.</summary>
    Gift,

    /// <summary>Money spent.</summary>
    Expense,

    /// <summary>To or from another own account, or cash.</summary>
    Transfer,

    /// <summary>What the bank charges.</summary>
    Fee,

    /// <summary>What the bank pays, shared out over funds.</summary>
    Interest,

    /// <summary>Money that comes or goes back.</summary>
    Refund,

    /// <summary>退汇: a payment of ours that the bank gave back.</summary>
    Returned,

    /// <summary>Money held for others.</summary>
    Agency,

    /// <summary>Nobody knows what it is yet.</summary>
    Suspense,

    /// <summary>A suspense item goes back to who paid it.</summary>
    Return,
}
