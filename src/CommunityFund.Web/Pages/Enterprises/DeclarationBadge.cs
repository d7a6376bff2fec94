using CommunityFund.Enterprises;

namespace CommunityFund.Web.Pages.Enterprises;

/// <summary>The colour in which a declaration's state is shown.</summary>
public static class DeclarationBadge
{
    public static string Of(DeclarationState state) => state switch
    {
        DeclarationState.Due => "reg-due",
        DeclarationState.Received => "reg-done",
        DeclarationState.NothingDue => "reg-done",
        DeclarationState.Waived => "reg-over",
        DeclarationState.Returned => "reg-late",
        _ => "reg-wait",
    };
}
