using CommunityFund.Grants.Registers;

namespace CommunityFund.Web.Pages.GrantRegisters;

/// <summary>Where the cells of a register lead.</summary>
public static class GrantRegisterLinks
{
    public static string Of((RegisterTarget Kind, long Id) to, GrantRegisterPage page) => to.Kind switch
    {
        RegisterTarget.Voucher => $"{page.Request.PathBase}/Vouchers/Show?id={to.Id}",
        RegisterTarget.Fund => page.Link("/GrantRegisters", ("fund", $"{to.Id}")),
        RegisterTarget.Person => page.Link("/GrantRegisters/Advances", ("person", $"{to.Id}")),
        RegisterTarget.Project => page.Link("/GrantRegisters/Advances", ("grant", $"{to.Id}")),
        _ => $"{page.Request.PathBase}/Grants/Show?id={to.Id}",
    };
}
